/*
 * reputed quarantine: shows, retries and removes documents that could not be read.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"
#include "base/time.h"
#include "engine/documents.h"
#include "engine/keep.h"
#include "cli/out.h"
#include "engine/quarantine.h"
#include "engine/received.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct quarantine {
	struct rep_cli *c;
	const char *folder;
	struct rep_quarantined *v;
	size_t n;
	struct rep_buf out;
	/* for retry: */
	struct rep_know *know;
	struct rep_store *store;
	struct rep_key key;
	struct rep_wire wire;
	struct rep_kept kept;
	struct rep_received received;
};

static bool
named(const struct quarantine *q, const struct rep_quarantined *e)
{
	if (q->c->args_n < 2)
		return true;
	for (size_t i = 1; i < q->c->args_n; i++)
		if (strcmp(q->c->args[i], e->id) == 0)
			return true;
	return false;
}

/* Checks that every id that was given exists. */
static bool
all_there(const struct quarantine *q)
{
	bool fine = true;

	for (size_t i = 1; i < q->c->args_n; i++) {
		bool found = false;

		for (size_t k = 0; k < q->n && !found; k++)
			found = strcmp(q->v[k].id, q->c->args[i]) == 0;
		if (!found)
			rep_cli_say(
			    "the quarantine has no \"%s\"; what it has: reputed quarantine list",
			    q->c->args[i]);
		fine = fine && found;
	}
	return fine;
}

/* --- list ---------------------------------------------------------------------------------------------- */

static enum rep_rc
list(struct quarantine *q, struct rep_err *err)
{
	char when[REP_TIME_TEXT], until[REP_TIME_TEXT];
	struct rep_json j;

	(void)err;
	rep_json_init(&j, &q->out);
	if (q->c->json)
		rep_json_arr(&j, NULL);
	for (size_t i = 0; i < q->n; i++) {
		const struct rep_quarantined *e = &q->v[i];
		int64_t until_s = e->at_s + (int64_t)REP_QUARANTINE_DAYS * REP_DAY_S;

		if (!q->c->json) {
			rep_buf_printf(&q->out, "%s  %s  %llu byte%s  %.*s\n    ", e->id,
			    rep_time_text(e->at_s, when), (unsigned long long)e->bytes,
			    rep_plural(e->bytes), REP_PR(e->from));
			rep_out_wrap(&q->out, e->reason, 4, 4);
			rep_buf_addc(&q->out, '\n');
			continue;
		}
		rep_json_obj(&j, NULL);
		rep_json_cstr(&j, "id", e->id);
		rep_json_cstr(&j, "time", rep_time_text(e->at_s, when));
		rep_json_cstr(&j, "until", rep_time_text(until_s, until));
		rep_json_int(&j, "bytes", (int64_t)e->bytes);
		rep_json_str(&j, "file", e->from);
		rep_json_str(&j, "reason", e->reason);
		rep_json_end_obj(&j);
	}
	if (q->c->json) {
		rep_json_end_arr(&j);
		rep_buf_addc(&q->out, '\n');
	} else if (q->n == 0) {
		rep_buf_add(
		    &q->out, REP_S("The quarantine is empty: every document could be read.\n"));
	}
	return REP_OK;
}

/* --- show ---------------------------------------------------------------------------------------------- */

/* Writes the bytes unchanged, except on a terminal. */
static enum rep_rc
show(struct quarantine *q, struct rep_err *err)
{
	struct rep_str bytes;
	enum rep_rc rc;

	if (q->c->args_n != 2)
		return rep_fail(err, REP_EUSAGE, "which one? reputed quarantine show ID");
	rc = rep_quarantine_read(q->folder, q->c->args[1], q->c->arena, &bytes, err);
	if (rc != REP_OK)
		return rc;
	if (isatty(STDOUT_FILENO) == 0) {
		if (fwrite(bytes.p, 1, bytes.n, stdout) != bytes.n)
			return rep_fail(err, REP_EIO, "it could not be written in full");
		return REP_OK;
	}
	rep_buf_add(&q->out, bytes); /* rep_out_flush removes what a terminal would obey */
	return REP_OK;
}

/* --- purge --------------------------------------------------------------------------------------------- */

static enum rep_rc
purge(struct quarantine *q, struct rep_err *err)
{
	enum rep_rc rc = REP_OK;
	size_t n = 0;

	for (size_t i = 0; i < q->n && rc == REP_OK; i++)
		if (named(q, &q->v[i]) &&
		    (rc = rep_quarantine_remove(q->folder, q->v[i].id, err)) == REP_OK)
			n++;
	if (q->c->json)
		rep_buf_printf(&q->out, "{\"removed\":%zu}\n", n);
	else
		rep_buf_printf(&q->out, "%zu removed.\n", n);
	return rc;
}

/* --- retry --------------------------------------------------------------------------------------------- */

static enum rep_rc
on_report(void *ctx, const struct rep_report *p, const struct rep_place *at, struct rep_err *err)
{
	static struct rep_meaning m; /* 20 KB */
	struct quarantine *q = ctx;

	(void)at;
	rep_meaning_of(q->know, q->wire.hosts, q->wire.streams, p, &m);
	return rep_keep_report(&q->wire, p, &m, &q->kept, err);
}

static enum rep_rc
on_received(
    void *ctx, const struct rep_unpacked *item, const struct rep_place *at, struct rep_err *err)
{
	struct quarantine *q = ctx;

	return rep_received_item(
	    &q->received, q->store, &q->c->cfg.authserv_ids, item, at, q->c->session.clock_s, err);
}

static enum rep_rc
set_up(struct quarantine *q, struct rep_err *err)
{
	struct rep_wire_params o = { .cfg = &q->c->cfg,
		.key = &q->key,
		.now_s = q->c->session.now_s != 0 ? q->c->session.now_s : q->c->session.clock_s };
	enum rep_rc rc;

	if ((rc = rep_session_know(&q->c->session, &q->know, err)) != REP_OK ||
	    (rc = rep_session_key(&q->c->session, false, &q->key, err)) != REP_OK ||
	    (rc = rep_store_open(rep_session_db(&q->c->session), 0, &q->key, &q->store, err)) !=
		REP_OK)
		return rc;
	o.know = q->know;
	o.store = q->store;
	if ((rc = rep_wire_open(&q->wire, &o, q->c->arena, err)) != REP_OK)
		return rc;
	return rep_store_begin(q->store, err);
}

/*
 * Reads the documents again, one after the other. One that can be read now is stored, and then
 * removed from the quarantine.
 */
static enum rep_rc
read_again(struct quarantine *q, struct rep_documents *d, size_t *n, struct rep_err *err)
{
	struct rep_documents_counts before, after;
	struct rep_str bytes;
	enum rep_rc rc = REP_OK;

	for (size_t i = 0; i < q->n && rc == REP_OK; i++) {
		if (!named(q, &q->v[i]))
			continue;
		rep_documents_counts(d, &before);
		if ((rc = rep_quarantine_read(q->folder, q->v[i].id, q->c->arena, &bytes, err)) !=
			REP_OK ||
		    (rc = rep_documents_one(d, q->v[i].id, bytes, q->v[i].at_s, err)) != REP_OK ||
		    (rc = rep_documents_drain(d, err)) != REP_OK)
			break;
		rep_documents_counts(d, &after);
		if (after.unreadable != before.unreadable)
			continue;
		/* Stored before it is removed: nothing is lost, whenever the program is stopped. */
		if ((rc = rep_keep_settle(&q->wire, &q->kept, err)) == REP_OK &&
		    (rc = rep_store_commit(q->store, err)) == REP_OK &&
		    (rc = rep_store_begin(q->store, err)) == REP_OK &&
		    (rc = rep_quarantine_remove(q->folder, q->v[i].id, err)) == REP_OK)
			++*n;
	}
	return rc;
}

static enum rep_rc
retry(struct quarantine *q, struct rep_err *err)
{
	struct rep_documents_params o = { .session = &q->c->session,
		.faults = rep_cli_faults(),
		.report = on_report,
		.aggregate = on_received,
		.whole = on_received,
		.ctx = q };
	struct rep_documents *d = NULL;
	enum rep_rc rc;
	size_t n = 0, tried = 0;

	rep_received_begin(&q->received);
	for (size_t i = 0; i < q->n; i++)
		tried += named(q, &q->v[i]);
	if (tried > 0 && (rc = rep_documents_new(&o, &d, err)) == REP_OK &&
	    (rc = set_up(q, err)) == REP_OK)
		rc = read_again(q, d, &n, err);
	else if (tried == 0)
		rc = REP_OK;
	rep_documents_free(d);
	rep_received_fini(&q->received);
	if (rc != REP_OK)
		return rc;
	if (q->c->json)
		rep_buf_printf(
		    &q->out, "{\"tried\":%zu,\"read\":%zu,\"kept\":%zu}\n", tried, n, tried - n);
	else
		rep_buf_printf(&q->out,
		    "%zu of %zu could be read this time; the rest stays in quarantine.\n", n,
		    tried);
	return REP_OK;
}

/* --- the command ----------------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	enum rep_rc (*run)(struct quarantine *, struct rep_err *);
} actions[] = { { "list", list }, { "show", show }, { "retry", retry }, { "purge", purge } };

int
rep_cmd_quarantine(struct rep_cli *c)
{
	const char *what = c->args_n > 0 ? c->args[0] : "list";
	struct quarantine *q = rep_arena_alloc(c->arena, sizeof *q);
	struct rep_err err = { .msg = "out of memory" };
	enum rep_rc rc = REP_EMEM;
	size_t k = 0;

	while (k < REP_COUNT(actions) && strcmp(actions[k].name, what) != 0)
		k++;
	if (k == REP_COUNT(actions)) {
		rep_cli_say(
		    "quarantine list, show ID, retry [ID...] or purge [ID...]; not \"%s\"", what);
		return REP_EXIT_USAGE;
	}
	if (q == NULL)
		return rep_cli_fail(c, REP_EXIT_FAILED, &err);
	q->c = c;
	q->folder = rep_quarantine_folder(c->arena, rep_session_db(&c->session));
	rep_buf_init(&q->out, 64 << 20);
	if ((rc = rep_quarantine_list(q->folder, c->arena, &q->v, &q->n, &err)) == REP_OK) {
		if (k > 0 && !all_there(q)) {
			rep_buf_fini(&q->out);
			return REP_EXIT_USAGE;
		}
		rc = actions[k].run(q, &err);
	}
	if (rc == REP_EUSAGE || rc == REP_ENOTFOUND)
		rep_cli_fail(c, REP_EXIT_USAGE, &err);
	else if (rc != REP_OK)
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
	if (!rep_out_flush(&q->out))
		rep_cli_note(c, REP_EXIT_FAILED);
	rep_buf_fini(&q->out);
	rep_keep_fini(&q->kept);
	rep_wire_close(&q->wire);
	rep_store_close(q->store);
	rep_know_free(q->know);
	return c->worst;
}
