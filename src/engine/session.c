/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/session.h"
#include "config/paths.h"
#include "engine/files.h"

#include <stdarg.h>
#include <stdio.h>

enum { KNOW_FILE_MAX = 4 << 20 }; /* a hundred times the size of what is built in */

void
rep_session_tell(const struct rep_session *s, const struct rep_problem *t)
{
	if (s->problem != NULL)
		s->problem(s->ctx, t);
}

enum rep_problem_kind
rep_problem_of(const struct rep_err *why)
{
	return why->rc == REP_EMEM ? REP_PROBLEM_FAILED : REP_PROBLEM_INPUT;
}

void
rep_session_say(const struct rep_session *s, enum rep_problem_kind kind, const char *fmt, ...)
{
	struct rep_problem t = { .kind = kind };
	char text[REP_SESSION_SENTENCE];
	va_list ap;
	bool fine;

	va_start(ap, fmt);
	fine = rep_sentence(text, sizeof text, fmt, ap);
	va_end(ap);
	if (!fine)
		return;
	t.text = text;
	rep_session_tell(s, &t);
}

static void
on_problem(void *ctx, const char *sentence)
{
	const struct rep_session *s = ctx;

	if (!s->know_told)
		rep_session_tell(
		    s, &(struct rep_problem){ .kind = REP_PROBLEM_INPUT, .text = sentence });
}

enum rep_rc
rep_session_know_files(const struct rep_session *s, const char *const *ends, size_t ends_n,
    struct rep_arena *a, const char ***paths, size_t *n, struct rep_err *err)
{
	const char *dir = s->know_dir != NULL ? s->know_dir : REP_SESSION_KNOW_DIR;
	size_t left;
	enum rep_rc rc =
	    rep_files_ending(a, dir, ends, ends_n, REP_SESSION_KNOW_FILES, paths, n, &left, err);

	if (rc == REP_ENOTFOUND && s->know_dir == NULL) {
		*n = 0;
		return REP_OK;
	}
	if (rc == REP_OK && left > 0 && !s->know_told)
		rep_session_say(s, REP_PROBLEM_INPUT,
		    "%s: more than %d files; the last %zu by name, from %s on, were not used", dir,
		    REP_SESSION_KNOW_FILES, left, (*paths)[*n]);
	return rc;
}

/* What is built in, then the folder. An own rule may replace any other: then nothing is left out. */
static enum rep_rc
add_all(const struct rep_session *s, struct rep_know *k, struct rep_str about, bool *whole,
    struct rep_err *err)
{
	static const char *const ends[] = { ".rules", ".providers", ".guide", ".options",
		".alerts" };
	struct rep_str text;
	const char **path;
	unsigned bad;
	size_t n;
	enum rep_rc rc = rep_session_know_files(s, ends, REP_COUNT(ends), s->arena, &path, &n, err);

	if (rc == REP_OK) {
		*whole = n > 0 || about.n == 0;
		rc = rep_know_add_builtin_about(k, n == 0 ? about : REP_S(""), err);
	}
	for (size_t i = 0; rc == REP_OK && i < n; i++) {
		rc = rep_file_read_own(s->arena, path[i], KNOW_FILE_MAX, &text, err);
		if (rc == REP_OK)
			rc = rep_know_add(
			    k, path[i], text, on_problem, (void *)(uintptr_t)s, &bad, err);
	}
	return rc;
}

enum rep_rc
rep_session_know_about(const struct rep_session *s, struct rep_str word, struct rep_know **out,
    bool *whole, struct rep_err *err)
{
	struct rep_know *k = rep_know_new();
	enum rep_rc rc;

	if (k == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if ((rc = add_all(s, k, word, whole, err)) != REP_OK) {
		rep_know_free(k);
		return rc;
	}
	*out = k;
	return REP_OK;
}

enum rep_rc
rep_session_know(const struct rep_session *s, struct rep_know **out, struct rep_err *err)
{
	struct rep_know *k;
	enum rep_rc rc;
	bool whole;

	if ((rc = rep_session_know_about(s, REP_S(""), &k, &whole, err)) != REP_OK)
		return rc;
	if ((rc = rep_know_ready(k, err)) != REP_OK) {
		rep_know_free(k);
		return rc;
	}
	*out = k;
	return REP_OK;
}

enum rep_rc
rep_session_services(const struct rep_session *s, struct rep_services **out, struct rep_err *err)
{
	static const char *const ends[] = { ".services" };
	struct rep_services *v = rep_arena_alloc(s->arena, sizeof *v);
	struct rep_str text;
	const char **path;
	enum rep_rc rc;
	unsigned bad;
	size_t n;

	if (v == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	v->a = s->arena;
	if ((rc = rep_services_builtin(v, err)) != REP_OK ||
	    (rc = rep_session_know_files(s, ends, REP_COUNT(ends), s->arena, &path, &n, err)) !=
		REP_OK)
		return rc;
	for (size_t i = 0; rc == REP_OK && i < n; i++) {
		rc = rep_file_read_own(s->arena, path[i], KNOW_FILE_MAX, &text, err);
		if (rc == REP_OK)
			rc = rep_services_parse(
			    v, path[i], text, on_problem, (void *)(uintptr_t)s, &bad, err);
	}
	if (rc == REP_OK)
		*out = v;
	return rc;
}

enum rep_rc
rep_session_weights(
    const struct rep_session *s, struct rep_weights *w, struct rep_arena *a, struct rep_err *err)
{
	static const char *const ends[] = { ".weights" };
	struct rep_str text;
	const char **path;
	enum rep_rc rc;
	size_t n;

	if ((rc = rep_weights_builtin(w, a, err)) != REP_OK ||
	    (rc = rep_session_know_files(s, ends, REP_COUNT(ends), a, &path, &n, err)) != REP_OK)
		return rc;
	for (size_t i = 0; rc == REP_OK && i < n; i++) {
		rc = rep_file_read_own(a, path[i], KNOW_FILE_MAX, &text, err);
		/* Each problem is reported. The entries without a problem are used. */
		if (rc == REP_OK &&
		    (rc = rep_weights_parse(w, path[i], text, a, on_problem, (void *)(uintptr_t)s,
			 err)) == REP_ESYNTAX)
			rc = REP_OK;
	}
	return rc;
}

const char *
rep_session_db(const struct rep_session *s)
{
	struct rep_str path;

	if (s->db != NULL)
		return s->db;
	path = rep_arena_dup(s->arena, s->cfg->database);
	return path.p != NULL ? path.p : "";
}

enum rep_rc
rep_session_key(const struct rep_session *s, bool create, struct rep_key *key, struct rep_err *err)
{
	struct rep_str path = rep_arena_dup(s->arena, s->cfg->key_file);

	return rep_key_load(path.p != NULL ? path.p : "", create, key, err);
}

static void
on_waits(void *ctx)
{
	const struct rep_session *s = ctx;

	if (s->wait_told)
		return;
	rep_session_say(s, REP_PROBLEM_NOTE,
	    "another reputed is writing to %s; waiting for it, up to %u s", rep_session_db(s),
	    s->wait_s != 0 ? s->wait_s : REP_SESSION_WAIT_S);
}

enum rep_rc
rep_session_open(const struct rep_session *s, unsigned flags, const struct rep_key *key,
    struct rep_store **out, struct rep_err *err)
{
	enum rep_rc rc = rep_store_open(rep_session_db(s), flags, key, out, err);

	if (rc == REP_OK)
		rep_store_wait(*out, s->wait_s != 0 ? s->wait_s : REP_SESSION_WAIT_S, on_waits,
		    (void *)(uintptr_t)s);
	return rc;
}

enum rep_rc
rep_session_store(
    const struct rep_session *s, unsigned flags, struct rep_store **out, struct rep_err *err)
{
	struct rep_key key = { { 0 } };
	enum rep_rc rc;

	/* Reading needs no key, because nothing is hashed. */
	if ((flags & REP_STORE_READ_ONLY) == 0 &&
	    (rc = rep_session_key(s, (flags & REP_STORE_CREATE) != 0, &key, err)) != REP_OK)
		return rc;
	return rep_session_open(s, flags, &key, out, err);
}

int64_t
rep_session_present(const struct rep_session *s)
{
	return s->now_s != 0 ? s->now_s : s->clock_s;
}
