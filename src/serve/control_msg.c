/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/control_msg.h"

enum {
	ZONE_MAX = 128,
	ENV_MAX = 256,
	NAME_GIVEN = 1,
	NAME_ONCE = 2,
	NAME_FLAGS = 4,
	LAST_AT = REP_MSG_HEADER, /* where NAMES says whether it is the last */
	NAME_BYTES = 1 + 4	  /* beside its text */
};

const char *const rep_control_env_names[REP_CONTROL_ENV_N] = { "NO_COLOR", "COLUMNS", "TZ" };

static enum rep_rc
bad(struct rep_err *err)
{
	return rep_fail(err, REP_ESYNTAX,
	    "the message does not have the form that a command and reputed serve speak in");
}

bool
rep_control_zone(struct rep_str tz)
{
	static const char fine[] = "+-_/<>,.:";

	for (size_t i = 0; i < tz.n; i++)
		if (!rep_alnum(tz.p[i]) && memchr(fine, tz.p[i], sizeof fine - 1) == NULL)
			return false;
	return tz.n <= ZONE_MAX && (tz.n == 0 || (tz.p[0] != '/' && tz.p[0] != ':')) &&
	    rep_str_find(tz, REP_S(".."), 0) == SIZE_MAX;
}

enum rep_rc
rep_control_take(struct rep_str packet, struct rep_msg *m, struct rep_err *err)
{
	size_t used;

	if (packet.n > REP_CONTROL_MAX)
		return rep_fail(
		    err, REP_ELIMIT, "the message is longer than %d bytes", REP_CONTROL_MAX);
	return rep_msg_take(packet, m, &used, NULL) == REP_OK && used == packet.n && m->id == 0
	    ? REP_OK
	    : bad(err);
}

/* --- a command line ------------------------------------------------------------------------------ */

static void
put_file(struct rep_buf *out, const struct rep_control_file *f)
{
	rep_msg_put(out, f->named, 1);
	rep_msg_put(out, f->dev, 8);
	rep_msg_put(out, f->ino, 8);
	rep_msg_put(out, f->size, 8);
	rep_msg_put(out, f->mtime_s, 8);
	rep_msg_put(out, f->mtime_ns, 4);
}

static void
get_file(struct rep_msg_reader *r, struct rep_control_file *f)
{
	uint64_t named = rep_msg_get(r, 1);

	f->named = named == 1;
	f->dev = rep_msg_get(r, 8);
	f->ino = rep_msg_get(r, 8);
	f->size = rep_msg_get(r, 8);
	f->mtime_s = rep_msg_get(r, 8);
	f->mtime_ns = rep_msg_get(r, 4);
	r->bad = r->bad || named > 1;
}

/* Of a text that becomes a C string. */
static struct rep_str
get_text(struct rep_msg_reader *r)
{
	struct rep_str s = rep_msg_get_str(r);

	r->bad = r->bad || rep_str_chr(s, '\0', 0) != SIZE_MAX;
	return s;
}

bool
rep_control_put_command(struct rep_buf *out, const struct rep_control_command *c)
{
	size_t at = rep_msg_begin(out, REP_MSG_COMMAND, 0);

	rep_msg_put(out, REP_CONTROL_VERSION, 4);
	rep_msg_put(out, c->worst, 1);
	put_file(out, &c->config);
	put_file(out, &c->know);
	for (size_t i = 0; i < REP_CONTROL_ENV_N; i++) {
		rep_msg_put(out, c->env[i].p != NULL, 1);
		rep_msg_put_str(out, rep_str_sub(c->env[i], 0, SIZE_MAX));
	}
	rep_msg_put(out, c->words_n, 4);
	for (size_t i = 0; i < c->words_n; i++)
		rep_msg_put_str(out, c->words[i]);
	rep_msg_end(out, at);
	return !out->full && out->n - at <= REP_CONTROL_MAX;
}

static void
get_env(struct rep_msg_reader *r, struct rep_control_command *c)
{
	for (size_t i = 0; i < REP_CONTROL_ENV_N; i++) {
		uint64_t set = rep_msg_get(r, 1);
		struct rep_str v = get_text(r);

		r->bad = r->bad || set > 1 || v.n > ENV_MAX || (set == 0 && v.n > 0) ||
		    (i == REP_CONTROL_TZ && !rep_control_zone(v));
		c->env[i] = set == 1 ? v : (struct rep_str){ NULL, 0 };
	}
}

enum rep_rc
rep_control_get_command(const struct rep_msg *m, struct rep_control_command *c, struct rep_err *err)
{
	struct rep_msg_reader r = { m->payload, 0, false };
	uint64_t version = rep_msg_get(&r, 4), n;

	if (m->type != REP_MSG_COMMAND || r.bad)
		return bad(err);
	if (version != REP_CONTROL_VERSION)
		return rep_fail(err, REP_ESYNTAX,
		    "reputed serve is of another version than this command (messages %d and %llu): "
		    "restart it",
		    REP_CONTROL_VERSION, (unsigned long long)version);
	c->worst = (unsigned)rep_msg_get(&r, 1);
	get_file(&r, &c->config);
	get_file(&r, &c->know);
	get_env(&r, c);
	n = rep_msg_get(&r, 4);
	if (!r.bad && n > REP_CONTROL_WORDS_MAX)
		return rep_fail(
		    err, REP_ELIMIT, "a command line of more than %d words", REP_CONTROL_WORDS_MAX);
	c->words_n = (size_t)n;
	for (size_t i = 0; i < c->words_n && !r.bad; i++)
		c->words[i] = get_text(&r);
	return rep_msg_done(&r) && n > 0 && c->worst <= REP_CONTROL_CODE_MAX ? REP_OK : bad(err);
}

/* --- what comes back ------------------------------------------------------------------------------- */

void
rep_control_put_taken(struct rep_buf *out)
{
	rep_msg_end(out, rep_msg_begin(out, REP_MSG_TAKEN, 0));
}

static void
put_one_text(struct rep_buf *out, enum rep_msg_type type, struct rep_str s)
{
	size_t at = rep_msg_begin(out, type, 0);

	rep_msg_put_str(out, rep_str_sub(s, 0, REP_CONTROL_SENTENCE_MAX));
	rep_msg_end(out, at);
}

static enum rep_rc
get_one_text(const struct rep_msg *m, struct rep_str *s, struct rep_err *err)
{
	struct rep_msg_reader r = { m->payload, 0, false };

	*s = get_text(&r);
	return rep_msg_done(&r) && s->n <= REP_CONTROL_SENTENCE_MAX ? REP_OK : bad(err);
}

void
rep_control_put_no(struct rep_buf *out, enum rep_msg_type type, struct rep_str why)
{
	put_one_text(out, type, why);
}

enum rep_rc
rep_control_get_no(const struct rep_msg *m, struct rep_str *why, struct rep_err *err)
{
	return m->type == REP_MSG_REFUSED || m->type == REP_MSG_ELSEWHERE ||
		m->type == REP_MSG_CHANGED
	    ? get_one_text(m, why, err)
	    : bad(err);
}

void
rep_control_put_done(struct rep_buf *out, unsigned code)
{
	size_t at = rep_msg_begin(out, REP_MSG_DONE, 0);

	rep_msg_put(out, code, 1);
	rep_msg_end(out, at);
}

enum rep_rc
rep_control_get_done(const struct rep_msg *m, unsigned *code, struct rep_err *err)
{
	struct rep_msg_reader r = { m->payload, 0, false };

	*code = (unsigned)rep_msg_get(&r, 1);
	return m->type == REP_MSG_DONE && rep_msg_done(&r) && *code <= REP_CONTROL_CODE_MAX
	    ? REP_OK
	    : bad(err);
}

/* --- inputs ---------------------------------------------------------------------------------------- */

void
rep_control_put_want(struct rep_buf *out, enum rep_msg_type type, uint64_t nth)
{
	size_t at = rep_msg_begin(out, type, 0);

	rep_msg_put(out, nth, 8);
	rep_msg_end(out, at);
}

enum rep_rc
rep_control_get_want(const struct rep_msg *m, uint64_t *nth, struct rep_err *err)
{
	struct rep_msg_reader r = { m->payload, 0, false };

	*nth = rep_msg_get(&r, 8);
	return (m->type == REP_MSG_WANT_NAMES || m->type == REP_MSG_WANT_FILE) && rep_msg_done(&r)
	    ? REP_OK
	    : bad(err);
}

size_t
rep_control_begin_names(struct rep_buf *out, unsigned worst)
{
	size_t at = rep_msg_begin(out, REP_MSG_NAMES, 0);

	rep_msg_put(out, 0, 1);
	rep_msg_put(out, worst, 1);
	return at;
}

bool
rep_control_put_name(struct rep_buf *out, const struct rep_control_name *name)
{
	struct rep_str text = rep_str_sub(name->name, 0, REP_CONTROL_NAME_MAX);

	if (out->n + NAME_BYTES + text.n > REP_CONTROL_MAX)
		return false;
	rep_msg_put(out, (name->given ? NAME_GIVEN : 0u) | (name->once ? NAME_ONCE : 0u), 1);
	rep_msg_put_str(out, text);
	return !out->full;
}

void
rep_control_end_names(struct rep_buf *out, size_t begun, bool last)
{
	if (!out->full)
		out->p[begun + LAST_AT] = last;
	rep_msg_end(out, begun);
}

bool
rep_control_next_name(struct rep_control_names *names, struct rep_control_name *name)
{
	struct rep_msg_reader *r = &names->rest;
	uint64_t flags;

	if (r->bad || r->at == r->s.n)
		return false;
	flags = rep_msg_get(r, 1);
	name->given = (flags & NAME_GIVEN) != 0;
	name->once = (flags & NAME_ONCE) != 0;
	name->name = get_text(r);
	r->bad = r->bad || flags >= NAME_FLAGS || name->name.n > REP_CONTROL_NAME_MAX;
	return !r->bad;
}

enum rep_rc
rep_control_get_names(const struct rep_msg *m, struct rep_control_names *names, struct rep_err *err)
{
	struct rep_msg_reader r = { m->payload, 0, false };
	struct rep_control_names all;
	struct rep_control_name name;
	uint64_t last = rep_msg_get(&r, 1);

	names->last = last == 1;
	names->worst = (unsigned)rep_msg_get(&r, 1);
	names->rest = r;
	all = *names;
	while (rep_control_next_name(&all, &name))
		;
	return m->type == REP_MSG_NAMES && rep_msg_done(&all.rest) && last <= 1 &&
		names->worst <= REP_CONTROL_CODE_MAX
	    ? REP_OK
	    : bad(err);
}

void
rep_control_put_file(struct rep_buf *out, struct rep_str why)
{
	put_one_text(out, REP_MSG_FILE, why);
}

enum rep_rc
rep_control_get_file(const struct rep_msg *m, struct rep_str *why, struct rep_err *err)
{
	return m->type == REP_MSG_FILE ? get_one_text(m, why, err) : bad(err);
}
