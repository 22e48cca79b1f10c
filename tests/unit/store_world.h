/*
 * unit/store_world.h -- shared by the tests of the store: a store, facts, answers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_TEST_STORE_WORLD_H
#define REP_TEST_STORE_WORLD_H

#include "store/store.h"

#include <stdlib.h>
#include <unistd.h>

#include "tap.h"

enum { T = 1762152131, MINUTE = 60, HOUR = 3600, DAY = 86400 }; /* 2025-11-03T06:42:11Z */

static const struct rep_key key = { "0123456789abcde" };
static char dir[] = "/tmp/test_store.XXXXXX";
static struct rep_err err;

/* --- what a test uses ----------------------------------------------------------------------- */

struct world {
	const char *name;
	bool file;
	struct rep_store *s;
	char path[128];
};

static inline bool
fine(enum rep_rc rc, const char *what)
{
	if (rc != REP_OK)
		printf("#  %s: %s\n", what, err.msg);
	return rc == REP_OK;
}

static inline void
need(enum rep_rc rc, const char *what)
{
	if (!fine(rc, what)) {
		ok(false, "%s", what);
		exit(1);
	}
}

#define NEED(call) need((call), #call)

static inline void
open_world(struct world *w, const char *name, bool file, unsigned flags)
{
	*w = (struct world){ .name = name, .file = file };
	snprintf(w->path, sizeof w->path, "%s/%s.db", dir, name);
	if (file)
		NEED(rep_store_open(w->path, flags | REP_STORE_CREATE, &key, &w->s, &err));
	else
		NEED(rep_store_open_memory(flags, &key, &w->s, &err));
}

/* Closes and opens the store again, if it is in a file. */
static inline void
reopen(struct world *w, unsigned flags)
{
	if (!w->file)
		return;
	rep_store_close(w->s);
	w->s = NULL;
	NEED(rep_store_open(w->path, flags, &key, &w->s, &err));
}

static inline struct rep_fact
accepted(int64_t at_s, const char *recipient)
{
	struct rep_str r = rep_str_c(recipient);
	struct rep_fact f = { .at_s = at_s,
		.log_host = REP_S("mx1"),
		.label = REP_S("mx1/postfix/out-a"),
		.queue_id = REP_S("4F1"),
		.message_id = REP_S("<1@shop.example>"),
		.recipient = r,
		.recipient_domain = rep_str_sub(r, rep_str_chr(r, '@', 0) + 1, r.n),
		.stream = REP_S("shop.example/news"),
		.provider = REP_S("google"),
		.host = REP_S("mx.google.example"),
		.status = REP_STATUS_SENT,
		.class = REP_CLASS_ACCEPTED,
		.stage = REP_STAGE_DOT,
		.certain = true,
		.evidence = true,
		.code = 250,
		.enh = { 2, 0, 0 },
		.text = REP_S("250 2.0.0 OK"),
		.delay_s = 1.2 };

	return f;
}

static inline struct rep_fact
refused(int64_t at_s, const char *recipient, const char *text)
{
	struct rep_fact f = accepted(at_s, recipient);

	f.provider = REP_S("microsoft-consumer");
	f.status = REP_STATUS_BOUNCED;
	f.class = REP_CLASS_BLOCKED;
	f.scope = REP_SCOPE_SOURCE_OR_SUBNET;
	f.stage = REP_STAGE_MAIL;
	f.rule = REP_S("microsoft-consumer.s3140");
	f.code = 550;
	f.enh[0] = 5;
	f.enh[1] = 7;
	f.enh[2] = 1;
	f.text = rep_str_c(text);
	return f;
}

static inline bool
add(struct world *w, const struct rep_fact *f)
{
	bool fresh = false;

	NEED(rep_store_add(w->s, f, &fresh, &err));
	return fresh;
}

static inline void
begin(struct world *w)
{
	NEED(rep_store_begin(w->s, &err));
}

static inline void
commit(struct world *w)
{
	NEED(rep_store_commit(w->s, &err));
}

static inline struct rep_store_totals
totals(struct world *w)
{
	struct rep_store_totals t = { 0 };

	NEED(rep_store_totals(w->s, &t, &err));
	return t;
}

struct seen {
	struct rep_observation v[64];
	size_t n;
	uint64_t count;
};

static inline enum rep_rc
on_observation(void *ctx, const struct rep_observation *o)
{
	struct seen *s = ctx;

	if (s->n < REP_COUNT(s->v))
		s->v[s->n] = *o;
	s->n++;
	s->count += o->count;
	return REP_OK;
}

static inline struct seen
observations(struct world *w, enum rep_level level)
{
	struct seen got = { .n = 0 };

	NEED(rep_store_observations(w->s, level, 0, INT64_MAX, on_observation, &got, &err));
	return got;
}

static inline struct rep_str
name_of(struct world *w, uint32_t id)
{
	struct rep_names names = rep_store_names(w->s);

	return rep_name(&names, id);
}

static inline void
make_dir(void)
{
	if (mkdtemp(dir) == NULL) {
		perror(dir);
		exit(1);
	}
}

static inline void
drop_dir(void)
{
	char cmd[100];

	snprintf(cmd, sizeof cmd, "rm -rf %s", dir);
	if (system(cmd) != 0)
		perror(cmd);
}

#endif
