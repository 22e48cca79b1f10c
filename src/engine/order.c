/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/order.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static enum rep_rc
open_file(const struct rep_order_input *o, int *fd, struct rep_err *err)
{
	const struct rep_input_path p = { .path = o->path, .given = o->given, .root = o->root };

	return o->from != NULL && strcmp(o->path, "-") != 0
	    ? o->from->open(o->from->ctx, o->order, fd, err)
	    : rep_inputs_open(&p, o->name, fd, err);
}

enum rep_rc
rep_order_open(
    struct rep_reader *reader, struct rep_order_input *o, size_t whole_most, struct rep_err *err)
{
	enum rep_rc rc;
	int fd;

	if ((rc = open_file(o, &fd, err)) != REP_OK)
		return rc;
	return rep_reader_open(reader, fd, o->name, whole_most, &o->reading, err);
}

void
rep_order_close(struct rep_reader *reader, struct rep_order_input *o)
{
	rep_reader_close(reader, o->reading);
	o->reading = NULL;
}

/* --- what can be read only once, kept aside ------------------------------------------------------ */

static enum rep_rc
copy(int from, const char *name, FILE *to, const struct rep_session *s, struct rep_err *err)
{
	char chunk[65536];
	ssize_t n;

	while ((n = read(from, chunk, sizeof chunk)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) { /* what was read is used */
			rep_session_say(s, REP_PROBLEM_INPUT, "%s: %s", name, strerror(errno));
			break;
		}
		if (fwrite(chunk, 1, (size_t)n, to) != (size_t)n)
			break;
	}
	if (ferror(to) || fflush(to) != 0)
		return rep_fail(
		    err, REP_EIO, "%s: too large for a temporary copy: %s", name, strerror(errno));
	return REP_OK;
}

/* o->path becomes a file without a name, which exists as long as the process. */
static enum rep_rc
keep_aside(const struct rep_session *s, struct rep_order_input *o, struct rep_err *err)
{
	bool standard = strcmp(o->path, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(o->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	enum rep_rc rc;
	FILE *f;

	if (fd < 0) {
		rep_session_say(s, REP_PROBLEM_INPUT, "%s: %s", o->name, strerror(errno));
		o->bad = true;
		return REP_OK;
	}
	if ((f = tmpfile()) == NULL)
		rc = rep_fail(err, REP_EIO, "no room for a temporary copy of %s: %s", o->name,
		    strerror(errno));
	else
		rc = copy(fd, o->name, f, s, err);
	if (!standard)
		(void)close(fd);
	if (rc != REP_OK) {
		if (f != NULL)
			(void)fclose(f);
		return rc;
	}
	o->once = false;
	o->path = rep_arena_printf(s->arena, "/proc/self/fd/%d", fileno(f)).p;
	return o->path != NULL ? REP_OK : rep_fail(err, REP_EMEM, "out of memory");
}

/* --- the order ------------------------------------------------------------------------------------ */

static int
by_time(const void *a, const void *b)
{
	const struct rep_order_input *x = a, *y = b;

	if (x->first_s != y->first_s)
		return x->first_s < y->first_s ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

/* What its first bytes show. False: neither a log nor a document. */
static bool
look(struct rep_order_input *o)
{
	o->kind = o->reading->kind;
	o->document = rep_document_is(o->kind);
	if (o->document)
		return true;
	o->first_s = o->reading->first_s;
	if (o->first_s != 0)
		return true;
	o->first_s = INT64_MAX;
	return false;
}

/* Standard input may be a live log. So it is read last, and not looked at before that. */
static bool
is_live(const struct rep_order_input *o)
{
	return strcmp(o->path, "-") == 0;
}

/* Inputs that the reader was asked about, in a ring: the answer to the first comes next. */
struct ahead {
	struct {
		struct rep_order_input o;
		struct rep_err why; /* of one that is bad */
	} v[REP_READER_AHEAD];
	size_t first, n;
};

/* A file that a person did not name, and that is nothing we know, has no place in the order. */
static void
put(const struct rep_session *s, struct rep_order *out, struct rep_order_input *o)
{
	if (o->reading != NULL && !look(o) && !o->given) {
		rep_session_say(
		    s, REP_PROBLEM_NOTE, "%s: neither a mail log nor mail; not read", o->name);
		rep_order_close(out->reader, o);
		return;
	}
	if (o->reading != NULL && o->reading->all != NULL)
		out->whole += sizeof *o->reading + o->reading->all_n;
	else if (o->reading != NULL && !o->once && out->open >= REP_ORDER_OPEN)
		rep_order_close(out->reader, o);
	else
		out->open += o->reading != NULL;
	out->v[out->n++] = *o;
}

static size_t
room(const struct rep_order *out)
{
	return out->whole < REP_ORDER_WHOLE ? REP_ORDER_WHOLE - out->whole : 0;
}

/* Takes the answer about the first. */
static void
answer(const struct rep_session *s, struct rep_order *out, struct ahead *a)
{
	struct rep_order_input *o = &a->v[a->first].o;
	struct rep_err *why = &a->v[a->first].why;

	if (!o->bad && !rep_reader_has(out->reader, o->reading)) {
		/* Another one took the reader with it. */
		rep_order_close(out->reader, o);
		o->bad = o->once || rep_order_open(out->reader, o, room(out), why) != REP_OK;
	} else if (!o->bad) {
		o->bad = rep_reader_answer(out->reader, o->name, &o->reading, why) != REP_OK;
	}
	if (o->bad)
		rep_session_say(s, rep_problem_of(why), "%s", why->msg);
	put(s, out, o);
	a->first = (a->first + 1) % REP_COUNT(a->v);
	a->n--;
}

static void
answer_all(const struct rep_session *s, struct rep_order *out, struct ahead *a)
{
	while (a->n > 0)
		answer(s, out, a);
}

/* The reader died, and what it was asked about has no answer. */
static bool
lost(const struct rep_order *out, const struct ahead *a)
{
	for (size_t i = 0; i < a->n; i++) {
		const struct rep_order_input *o = &a->v[(a->first + i) % REP_COUNT(a->v)].o;

		if (!o->bad && !rep_reader_has(out->reader, o->reading))
			return true;
	}
	return false;
}

/* The nth input of all. */
static enum rep_rc
ask(const struct rep_session *s, struct rep_order *out, const struct rep_input_path *p, size_t nth,
    bool twice, struct ahead *a, struct rep_err *err)
{
	struct rep_order_input o = { .path = p->path,
		.name = strcmp(p->path, "-") == 0 ? "standard input" : p->path,
		.given = p->given,
		.root = p->root,
		.first_s = INT64_MAX,
		.order = nth,
		.from = s->inputs };
	struct rep_err why;
	struct stat st;
	enum rep_rc rc;
	size_t at;
	int fd;

	/* What is in a folder is a file, or it will not be opened. */
	o.once = is_live(&o) ||
	    (o.from != NULL ? p->once : o.given && stat(o.path, &st) == 0 && !S_ISREG(st.st_mode));
	if (twice && o.once && (rc = keep_aside(s, &o, err)) != REP_OK)
		return rc;
	/* A pipe may let us wait, so what was asked before is answered first. */
	if (o.once || o.bad || lost(out, a))
		answer_all(s, out, a);
	if (o.bad || is_live(&o)) {
		put(s, out, &o);
		return REP_OK;
	}
	if (a->n == REP_COUNT(a->v))
		answer(s, out, a);
	if ((rc = open_file(&o, &fd, &why)) == REP_OK &&
	    (rc = rep_reader_ask(out->reader, fd, o.name, room(out), &o.reading, &why)) != REP_OK &&
	    lost(out, a) && !o.once) {
		/* It died of one before this one. */
		answer_all(s, out, a);
		rc = rep_order_open(out->reader, &o, room(out), &why);
		if (rc == REP_OK) {
			put(s, out, &o);
			return REP_OK;
		}
	}
	o.bad = rc != REP_OK;
	at = (a->first + a->n++) % REP_COUNT(a->v);
	a->v[at].o = o;
	if (o.bad)
		a->v[at].why = why;
	return REP_OK;
}

enum rep_rc
rep_order_make(const struct rep_session *s, struct rep_reader *reader,
    const struct rep_inputs *inputs, bool twice, struct rep_order *out, struct rep_err *err)
{
	struct ahead a = { .first = 0 };
	enum rep_rc rc = REP_OK;

	*out = (struct rep_order){ .v = rep_arena_alloc(s->arena, (inputs->n + 1) * sizeof *out->v),
		.reader = reader };
	if (out->v == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t i = 0; i < inputs->n && rc == REP_OK; i++)
		rc = ask(s, out, &inputs->v[i], i, twice, &a, err);
	answer_all(s, out, &a);
	if (out->n > 0)
		qsort(out->v, out->n, sizeof *out->v, by_time);
	return rc;
}

void
rep_order_fini(struct rep_order *o)
{
	for (size_t i = 0; i < o->n; i++)
		rep_order_close(o->reader, &o->v[i]);
}
