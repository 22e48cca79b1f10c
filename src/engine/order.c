/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/order.h"
#include "engine/documents.h"
#include "engine/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum rep_rc
rep_order_open(struct rep_reader *reader, struct rep_order_input *o, struct rep_err *err)
{
	enum rep_rc rc = REP_OK;
	int fd = STDIN_FILENO;

	if (!o->given)
		rc = rep_file_open_found(o->path, o->root, &fd, err);
	else if (strcmp(o->path, "-") != 0 &&
	    (fd = open(o->path, O_RDONLY | O_CLOEXEC | O_NOCTTY)) < 0)
		rc = rep_fail(err, REP_EIO, "%s: %s", o->name, strerror(errno));
	return rc == REP_OK ? rep_reader_open(reader, fd, o->name, &o->reading, err) : rc;
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
	o->document = rep_documents_takes(o->kind);
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

static enum rep_rc
add(const struct rep_session *s, struct rep_order *out, const struct rep_input_path *p, bool twice,
    struct rep_err *err)
{
	struct rep_order_input o = { .path = p->path,
		.name = strcmp(p->path, "-") == 0 ? "standard input" : p->path,
		.given = p->given,
		.root = p->root,
		.first_s = INT64_MAX,
		.order = out->n };
	struct rep_err why;
	struct stat st;
	enum rep_rc rc;

	/* What is in a folder is a file, or it will not be opened. */
	o.once = is_live(&o) || (o.given && stat(o.path, &st) == 0 && !S_ISREG(st.st_mode));
	if (twice && o.once && (rc = keep_aside(s, &o, err)) != REP_OK)
		return rc;
	if (!o.bad && !is_live(&o)) {
		if (rep_order_open(out->reader, &o, &why) != REP_OK) {
			rep_session_say(s, rep_problem_of(&why), "%s", why.msg);
			o.bad = true;
		} else if (!look(&o) && !o.given) {
			rep_session_say(s, REP_PROBLEM_NOTE,
			    "%s: neither a mail log nor mail; not read", o.name);
			rep_order_close(out->reader, &o);
			return REP_OK;
		}
	}
	if (o.reading != NULL && !o.once && out->open >= REP_ORDER_OPEN)
		rep_order_close(out->reader, &o);
	out->open += o.reading != NULL;
	out->v[out->n++] = o;
	return REP_OK;
}

enum rep_rc
rep_order_make(const struct rep_session *s, struct rep_reader *reader,
    const struct rep_inputs *inputs, bool twice, struct rep_order *out, struct rep_err *err)
{
	enum rep_rc rc;

	*out = (struct rep_order){ .v = rep_arena_alloc(s->arena, (inputs->n + 1) * sizeof *out->v),
		.reader = reader };
	if (out->v == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t i = 0; i < inputs->n; i++)
		if ((rc = add(s, out, &inputs->v[i], twice, err)) != REP_OK)
			return rc;
	if (out->n > 0)
		qsort(out->v, out->n, sizeof *out->v, by_time);
	return REP_OK;
}

void
rep_order_fini(struct rep_order *o)
{
	for (size_t i = 0; i < o->n; i++)
		rep_order_close(o->reader, &o->v[i]);
}
