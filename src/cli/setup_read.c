/*
 * `setup` reads the logs that are there, the old ones too, into the database.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "cli/progress.h"
#include "cli/setup.h"
#include "engine/ingest.h"
#include "engine/journald_read.h"

#include <sys/stat.h>
#include <unistd.h>

enum {
	INPUTS = 2048, /* four logs with all the rotated ones that are looked for. Judgement */
	JOURNALS = 64  /* as many as `watch` may name (config/schema.c) */
};

struct setup_reading {
	struct rep_cli *c;
	struct rep_ingest *engine;
	struct rep_progress bar;
	const char *paths[INPUTS]; /* files and folders */
	size_t paths_n;
	struct rep_journald journals[JOURNALS];
	size_t journals_n, dropped; /* dropped: files and journals for which there is no room */
	size_t logs;
	uint64_t lines, fresh, known;
	int64_t first_s, last_s;
};

static void
on_read(void *ctx, const char *name, uint64_t bytes, uint64_t lines)
{
	struct setup_reading *r = ctx;

	rep_progress_draw(&r->bar, name, bytes, lines);
}

static void
on_log(void *ctx, const struct rep_ingest_log *l)
{
	struct setup_reading *r = ctx;

	rep_progress_next(&r->bar, l->lines);
	r->logs++;
	r->lines += l->lines;
	r->fresh += l->fresh;
	r->known += l->known;
	if (l->first_s != 0)
		r->first_s = r->first_s == 0 || l->first_s < r->first_s ? l->first_s : r->first_s;
	r->last_s = l->last_s > r->last_s ? l->last_s : r->last_s;
}

/* --- what is to be read -------------------------------------------------------------------------------- */

static void
add_path(struct setup_reading *r, const char *path)
{
	for (size_t i = 0; i < r->paths_n; i++)
		if (strcmp(r->paths[i], path) == 0)
			return;
	if (r->paths_n < INPUTS)
		r->paths[r->paths_n++] = path;
	else
		r->dropped++;
}

/* A log and the older ones beside it, a journal, or a mailbox. */
static void
add(struct rep_setup *s, struct setup_reading *r, const char *path)
{
	struct rep_find_log log;
	struct rep_journald j;

	if (rep_journald_parse(s->c->arena, path, &j)) {
		for (size_t i = 0; i < r->journals_n; i++)
			if (strcmp(r->journals[i].name, j.name) == 0)
				return;
		if (r->journals_n < JOURNALS)
			r->journals[r->journals_n++] = j;
		else
			r->dropped++;
		return;
	}
	if (access(path, F_OK) != 0)
		return; /* serve says so, and reads it as soon as it is there */
	rep_find_log_named(&s->machine, path, &log);
	r->dropped += log.older_dropped;
	for (size_t i = log.older_n; i > 0; i--)
		add_path(r, log.older[i - 1]);
	add_path(r, path);
}

static uint64_t
weight(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode)
	    ? rep_progress_weight(path, (uint64_t)st.st_size)
	    : 0;
}

/* --- reading ------------------------------------------------------------------------------------------- */

static enum rep_rc
read_files(struct setup_reading *r, struct rep_err *err)
{
	struct rep_session *session = &r->c->session;
	struct rep_order order = { 0 };
	struct rep_inputs inputs;
	enum rep_rc rc = rep_inputs_expand(session, r->paths, r->paths_n, &inputs, err);

	if (rc != REP_OK ||
	    (rc = rep_order_make(
		 session, rep_ingest_reader(r->engine), &inputs, false, &order, err)) != REP_OK)
		return rc;
	for (size_t i = 0; i < order.n; i++)
		r->bar.of += weight(order.v[i].path);
	for (size_t i = 0; i < order.n && rc == REP_OK; i++) {
		r->bar.size = weight(order.v[i].path);
		rc = rep_ingest_input(r->engine, &order.v[i], err);
		rep_progress_next(&r->bar, 0);
	}
	rep_order_fini(&order);
	return rc;
}

static enum rep_rc
read_all(struct setup_reading *r, struct rep_err *err)
{
	uint64_t counted = 0;
	const struct rep_journald_faults none = { .chunk = 0 };
	bool more = true;
	enum rep_rc rc = read_files(r, err);

	r->bar.of = 0;
	for (size_t i = 0; i < r->journals_n && rc == REP_OK; i++)
		for (more = true; more && rc == REP_OK;) {
			more = false;
			rc = rep_journald_read(
			    r->engine, &r->c->session, &r->journals[i], &none, &more, err);
		}
	if (rc == REP_OK && (rc = rep_ingest_settle(r->engine, err)) == REP_OK)
		rc = rep_ingest_finish(r->engine, &counted, err);
	return rc;
}

static void
say(const struct setup_reading *r)
{
	char from[REP_TIME_TEXT], to[REP_TIME_TEXT], n[32];
	struct rep_buf b;

	rep_buf_init(&b, 1 << 12);
	rep_buf_add(&b, REP_S("Read: "));
	rep_out_count(&b, r->lines, "new line, ", "new lines, ");
	rep_out_count(&b, r->fresh, "new delivery", "new deliveries");
	if (r->known > 0)
		rep_buf_printf(&b, " (%s known already)", rep_out_number(r->known, n));
	if (r->first_s != 0)
		rep_buf_printf(&b, ", %s to %s", rep_time_text(r->first_s, from),
		    rep_time_text(r->last_s, to));
	rep_buf_add(&b, REP_S("\n\n"));
	(void)rep_out_flush(&b);
	rep_buf_fini(&b);
}

bool
rep_setup_read(struct rep_setup *s)
{
	struct rep_cli *c = s->c;
	struct setup_reading *r = rep_arena_alloc(c->arena, sizeof *r);
	struct rep_ingest_params o = { .session = &c->session,
		.faults = rep_cli_faults(),
		.on = { .read = on_read, .log = on_log, .ctx = r } };
	size_t before = s->unread.n; /* what is found later was not shown */
	struct rep_err err;
	enum rep_rc rc;

	if (r == NULL) {
		rep_cli_say("out of memory");
		return false;
	}
	r->c = c;
	for (size_t i = 0; i < s->logs_n; i++)
		if (s->logs[i].use == REP_SETUP_OLD)
			add(s, r, s->logs[i].at.path);
	for (size_t i = 0; i < c->cfg.watch.n; i++) {
		const char *path = rep_arena_dup(c->arena, c->cfg.watch.v[i]).p;

		if (path != NULL)
			add(s, r, path);
	}
	if (r->paths_n + r->journals_n == 0)
		return true;
	if ((rc = rep_ingest_open(&o, &r->engine, &err)) == REP_OK) {
		rc = read_all(r, &err);
		rep_ingest_close(r->engine);
	}
	rep_progress_end(&r->bar);
	if (rc != REP_OK) {
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
		return false;
	}
	say(r);
	if (r->dropped > 0)
		rep_cli_say("%zu more log%s not read, as there are too many: reputed ingest PATH",
		    r->dropped, r->dropped == 1 ? " was" : "s were");
	for (size_t i = before; i < s->unread.n; i++)
		rep_cli_say(
		    "%s has more than %d names: older logs in it may be missing here. To read them: reputed "
		    "ingest PATH",
		    s->unread.v[i].path, REP_MACHINE_NAMES_MAX);
	return true;
}
