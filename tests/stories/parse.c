/*
 * Reads a story into steps. Errors are reported with their place and what was expected.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "story.h"
#include "base/ip.h"
#include "base/time.h"

#include <stdio.h>
#include <stdlib.h>

/* --- words ------------------------------------------------------------------------------------ */

/* Splits a line; a quoted word knows \" and \\. False when a quote has no end. */
static bool
split(struct story *st, struct rep_str line, struct story_words *w)
{
	size_t i = 0;

	*w = (struct story_words){ .n = 0 };
	while (w->n < STORY_WORDS) {
		while (i < line.n && rep_blank(line.p[i]))
			i++;
		if (i == line.n || line.p[i] == '#')
			break;
		if (w->n == 1)
			w->rest = rep_str_sub(line, i, line.n);
		if (line.p[i] == '"') {
			char *out = rep_arena_alloc(st->a, line.n + 1);
			size_t n = 0;

			for (i++; i < line.n && line.p[i] != '"'; i++) {
				i += line.p[i] == '\\' && i + 1 < line.n;
				if (out != NULL)
					out[n++] = line.p[i];
			}
			if (out == NULL || i == line.n)
				return false;
			i++;
			w->v[w->n++] = (struct story_word){ { out, n }, true };
		} else {
			size_t from = i;

			while (i < line.n && !rep_blank(line.p[i]))
				i++;
			w->v[w->n++] =
			    (struct story_word){ rep_str_sub(line, from, i - from), false };
		}
	}
	return true;
}

struct rep_str
story_next(struct story_words *w)
{
	return w->at < w->n ? w->v[w->at++].s : (struct rep_str){ "", 0 };
}

bool
story_more(const struct story_words *w)
{
	return w->at < w->n;
}

/* Takes the next word when it is this one. */
static bool
is_next(struct story_words *w, const char *word)
{
	if (w->at == w->n || w->v[w->at].quoted || !rep_str_eq(w->v[w->at].s, rep_str_c(word)))
		return false;
	w->at++;
	return true;
}

bool
story_span(struct rep_str s, int64_t *out)
{
	int64_t sum = 0;
	size_t i = 0;

	if (s.n == 0)
		return false;
	while (i < s.n) {
		static const struct {
			char unit;
			int64_t s;
		} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 },
			{ 'w', 604800 } };
		size_t from = i, u;
		uint64_t v;

		while (i < s.n && rep_digit(s.p[i]))
			i++;
		if (!rep_str_u64(rep_str_sub(s, from, i - from), 100000000, &v))
			return false;
		if (i == s.n) {
			sum += (int64_t)v;
			break;
		}
		for (u = 0; u < REP_COUNT(units) && units[u].unit != s.p[i];)
			u++;
		if (u == REP_COUNT(units))
			return false;
		sum += (int64_t)v * units[u].s;
		i++;
	}
	*out = sum;
	return true;
}

/* --- steps ------------------------------------------------------------------------------------------ */

static struct story_step *
add_step(struct story *st, enum story_do what, unsigned line)
{
	struct story_step *s = rep_arena_alloc(st->a, sizeof *s);

	if (s == NULL)
		return NULL;
	s->what = what;
	s->line = line;
	if (st->last != NULL)
		st->last->next = s;
	else
		st->first = s;
	st->last = s;
	return s;
}

/* A line being read. */
struct reading {
	struct story *st;
	struct story_words *w;
	unsigned line;
	struct rep_err *err;
};

#define WRONG(r, ...) rep_fail((r)->err, REP_ESYNTAX, __VA_ARGS__)
#define NO_ROOM(r) rep_fail((r)->err, REP_ELIMIT, "the story is too large")

static enum rep_rc
read_title(struct reading *r)
{
	r->st->title = r->w->rest;
	r->w->at = r->w->n;
	return REP_OK;
}

static enum rep_rc
read_about(struct reading *r)
{
	struct rep_str s;

	while (story_more(r->w)) {
		if (r->st->pieces_n == STORY_PIECES)
			return WRONG(r, "more than %d pieces", STORY_PIECES);
		s = rep_arena_dup(r->st->a, story_next(r->w));
		if (s.p == NULL)
			return NO_ROOM(r);
		r->st->pieces[r->st->pieces_n++] = s.p;
	}
	return REP_OK;
}

static enum rep_rc
read_text(struct reading *r, struct rep_buf *b)
{
	rep_buf_add(b, r->w->rest);
	rep_buf_addc(b, '\n');
	r->w->at = r->w->n;
	return b->full ? NO_ROOM(r) : REP_OK;
}

static bool
add_address(struct reading *r, struct rep_str via, struct rep_str ip)
{
	struct story_address *x = rep_arena_alloc(r->st->a, sizeof *x);

	if (x == NULL)
		return false;
	*x = (struct story_address){ r->st->addresses, via, ip };
	r->st->addresses = x;
	return true;
}

/* "config source out-a { public 203.0.113.24; .." is true of the world as well. */
static enum rep_rc
read_config(struct reading *r)
{
	const struct story_word *v = r->w->v;
	struct rep_str ip;
	struct rep_ip parsed;

	if (r->w->n > 5 && rep_str_eq(v[1].s, REP_S("source")) &&
	    rep_str_eq(v[4].s, REP_S("public"))) {
		ip = rep_str_sub(v[5].s, 0, rep_str_chr(v[5].s, ';', 0));
		if (rep_ip_parse(ip, &parsed) && !add_address(r, v[2].s, ip))
			return NO_ROOM(r);
	}
	return read_text(r, &r->st->config);
}

static enum rep_rc
read_know(struct reading *r)
{
	return read_text(r, &r->st->know);
}

static enum rep_rc
read_host(struct reading *r)
{
	r->st->host = rep_arena_dup(r->st->a, story_next(r->w));
	return REP_OK;
}

/* address out-a 203.0.113.24: what the world sees, not what reputed is told */
static enum rep_rc
read_address(struct reading *r)
{
	struct rep_str via = story_next(r->w), ip = story_next(r->w);
	struct rep_ip parsed;

	if (!rep_ip_parse(ip, &parsed))
		return WRONG(r, "address LABEL IP was expected, as: address out-a 203.0.113.24");
	return add_address(r, via, ip) ? REP_OK : NO_ROOM(r);
}

static enum rep_rc
read_at(struct reading *r)
{
	struct story_step *s = add_step(r->st, STORY_AT, r->line);
	struct rep_str t = story_next(r->w);

	if (s == NULL)
		return NO_ROOM(r);
	if (rep_time_parse(t, &s->seconds, NULL, NULL) != REP_OK)
		return WRONG(
		    r, "\"%.*s\" is no time; 2026-01-05T10:00:00Z was expected", REP_PR(t));
	return REP_OK;
}

static enum rep_rc
read_wait(struct reading *r)
{
	struct story_step *s = add_step(r->st, STORY_WAIT, r->line);
	struct rep_str t = r->w->v[0].s;

	if (s == NULL)
		return NO_ROOM(r);
	if (!story_span(rep_str_sub(t, 1, t.n), &s->seconds))
		return WRONG(r, "\"%.*s\" is no span; +10m, +5h, +1d12h were expected", REP_PR(t));
	return REP_OK;
}

/* complaints PROVIDER N */
static enum rep_rc
read_complaints(struct reading *r)
{
	struct story_step *s = add_step(r->st, STORY_COMPLAINTS, r->line);
	struct rep_str name = story_next(r->w), n = story_next(r->w);
	const struct story_target *to;

	if (s == NULL)
		return NO_ROOM(r);
	if ((to = story_target(r->st, name)) == NULL)
		return WRONG(r, "no provider \"%.*s\"", REP_PR(name));
	if (!rep_str_u64(n, 100000, &s->count) || s->count == 0)
		return WRONG(r, "\"%.*s\" is no number of complaints", REP_PR(n));
	s->text = to->provider;
	return REP_OK;
}

/* reported PROVIDER DOMAIN via OUT N dkim N spf N for SPAN */
static enum rep_rc
read_reported(struct reading *r)
{
	struct story_step *s = add_step(r->st, STORY_REPORTED, r->line);
	struct rep_str name = story_next(r->w), domain = story_next(r->w), via = story_next(r->w);
	const struct story_target *to;
	bool fits;

	if (s == NULL)
		return NO_ROOM(r);
	if ((to = story_target(r->st, name)) == NULL || to->provider.n == 0)
		return WRONG(r, "no provider \"%.*s\"", REP_PR(name));
	s->text = to->provider;
	s->mail.from = rep_arena_dup(r->st->a, domain);
	fits = rep_str_eq(via, REP_S("via"));
	s->mail.via = rep_arena_dup(r->st->a, story_next(r->w));
	fits = fits && rep_str_u64(story_next(r->w), 1000000, &s->count);
	fits = fits && rep_str_eq(story_next(r->w), REP_S("dkim"));
	fits = fits && rep_str_u64(story_next(r->w), s->count, &s->dkim);
	fits = fits && rep_str_eq(story_next(r->w), REP_S("spf"));
	fits = fits && rep_str_u64(story_next(r->w), s->count, &s->spf);
	fits = fits && rep_str_eq(story_next(r->w), REP_S("for"));
	if (!fits || !story_span(story_next(r->w), &s->seconds))
		return WRONG(r,
		    "reported PROVIDER DOMAIN via OUT N dkim N spf N for SPAN was expected, as: "
		    "reported google shop.example via out-a 400 dkim 399 spf 398 for 14d");
	return REP_OK;
}

static enum rep_rc
read_skew(struct reading *r)
{
	struct story_step *s = add_step(r->st, STORY_SKEW, r->line);
	struct rep_str t = story_next(r->w);
	bool back = t.n > 0 && t.p[0] == '-';

	if (s == NULL)
		return NO_ROOM(r);
	if (!story_span(
		t.n > 0 && (back || t.p[0] == '+') ? rep_str_sub(t, 1, t.n) : t, &s->seconds))
		return WRONG(r, "\"%.*s\" is no span; -1h or +30s were expected", REP_PR(t));
	if (back)
		s->seconds = -s->seconds;
	return REP_OK;
}

static enum rep_rc
read_mark(struct reading *r)
{
	struct story_step *s = add_step(r->st, STORY_MARK, r->line);

	if (s == NULL)
		return NO_ROOM(r);
	s->text = story_next(r->w);
	return s->text.n > 0 ? REP_OK : WRONG(r, "a mark needs a name");
}

/* "40/h", "1/30s" */
static bool
rate(struct rep_str s, double *per_s)
{
	size_t slash = rep_str_chr(s, '/', 0);
	struct rep_str unit = rep_str_sub(s, slash == SIZE_MAX ? s.n : slash + 1, s.n);
	char text[16];
	int64_t span;
	uint64_t n;

	if (unit.n == 0 || unit.n > 10 || !rep_str_u64(rep_str_sub(s, 0, slash), 1000000, &n) ||
	    n == 0)
		return false;
	snprintf(text, sizeof text, "%s%.*s", rep_digit(unit.p[0]) ? "" : "1", REP_PR(unit));
	if (!story_span(rep_str_c(text), &span) || span == 0)
		return false;
	*per_s = (double)n / (double)span;
	return true;
}

/* The parts of "out-a,out-b". */
static bool
next_part(struct rep_str *list, struct rep_str *part)
{
	size_t comma = rep_str_chr(*list, ',', 0);

	if (list->n == 0)
		return false;
	*part = rep_str_sub(*list, 0, comma);
	*list =
	    comma == SIZE_MAX ? (struct rep_str){ "", 0 } : rep_str_sub(*list, comma + 1, list->n);
	return true;
}

/* "email-smtp.eu-west-1.amazonaws.com[54.240.0.9]:587" */
static bool
relay(struct rep_str s, struct story_mail *m)
{
	size_t open = rep_str_chr(s, '[', 0), close = rep_str_chr(s, ']', 0);
	uint64_t port = 25;

	if (open == SIZE_MAX || close == SIZE_MAX || close < open)
		return false;
	m->relay_host = rep_str_sub(s, 0, open);
	m->relay_ip = rep_str_sub(s, open + 1, close - open - 1);
	if (close + 1 < s.n && !rep_str_u64(rep_str_sub(s, close + 2, s.n), 65535, &port))
		return false;
	m->relay_port = (unsigned)port;
	return true;
}

/* One flow for each way out and each provider; the rate is that of each. */
static enum rep_rc
add_flows(struct reading *r, const struct story_mail *m, struct rep_str via, struct rep_str to)
{
	struct rep_str v, t, targets;

	if (via.n == 0)
		via = REP_S("-");
	while (next_part(&via, &v)) {
		for (targets = to; next_part(&targets, &t);) {
			struct story_step *s = add_step(r->st, STORY_MAIL, r->line);

			if (s == NULL)
				return NO_ROOM(r);
			s->mail = *m;
			s->mail.via = rep_str_eq(v, REP_S("-")) ? REP_S("") : v;
			if ((s->mail.to = story_target(r->st, t)) == NULL)
				return WRONG(r,
				    "no provider \"%.*s\"; an id of know/providers.providers that "
				    "stories have a host for, or a domain, was expected",
				    REP_PR(t));
		}
	}
	return REP_OK;
}

/* mail 40/h from news@shop.example via out-a to google,yahoo [for 30d] [by day|week] [relay H[IP]:P] */
static enum rep_rc
read_mail(struct reading *r)
{
	struct story_mail m = { .per_s = 0 };
	struct rep_str word = story_next(r->w), via = { "", 0 }, to = { "", 0 };

	if (!rate(word, &m.per_s))
		return WRONG(r, "\"%.*s\" is no rate; 40/h was expected", REP_PR(word));
	while (story_more(r->w)) {
		if (is_next(r->w, "from"))
			m.from = story_next(r->w);
		else if (is_next(r->w, "via"))
			via = story_next(r->w);
		else if (is_next(r->w, "to"))
			to = story_next(r->w);
		else if (is_next(r->w, "day"))
			m.profile = STORY_DAY;
		else if (is_next(r->w, "week"))
			m.profile = STORY_WEEK;
		else if (is_next(r->w, "for")) {
			word = story_next(r->w);
			if (!story_span(word, &m.for_s))
				return WRONG(
				    r, "\"%.*s\" is no span; for 30d was expected", REP_PR(word));
		} else if (is_next(r->w, "relay")) {
			word = story_next(r->w);
			if (!relay(word, &m))
				return WRONG(r, "\"%.*s\" is no relay; HOST[IP]:587 was expected",
				    REP_PR(word));
		} else {
			word = story_next(r->w);
			return WRONG(r,
			    "mail: \"%.*s\" was not expected; from, via, to, for, day, week or "
			    "relay was",
			    REP_PR(word));
		}
	}
	if (m.from.n == 0 || to.n == 0)
		return WRONG(r, "mail needs from ADDRESS and to PROVIDER");
	return add_flows(r, &m, via, to);
}

/* Which mail is meant: [PROVIDER|all] [via LABEL] [from ADDRESS] */
static enum rep_rc
read_who(struct reading *r, struct story_answer *a)
{
	struct rep_str who = story_next(r->w);

	if (!rep_str_eq(who, REP_S("all")) && (a->to = story_target(r->st, who)) == NULL)
		return WRONG(r, "no provider \"%.*s\"; an id, a domain or \"all\" was expected",
		    REP_PR(who));
	for (;;) {
		if (is_next(r->w, "via"))
			a->via = story_next(r->w);
		else if (is_next(r->w, "from"))
			a->from = story_next(r->w);
		else
			return REP_OK;
	}
}

static bool
percent(struct rep_str s, uint32_t *ppm)
{
	size_t dot = rep_str_chr(s, '.', 0);
	uint64_t whole, tenths = 0;

	if (s.n < 2 || s.p[s.n - 1] != '%')
		return false;
	s.n--;
	if (!rep_str_u64(rep_str_sub(s, 0, dot), 100, &whole) ||
	    (dot != SIZE_MAX && !rep_str_u64(rep_str_sub(s, dot + 1, s.n), 9, &tenths)))
		return false;
	*ppm = (uint32_t)(whole * 10000 + tenths * 1000);
	return *ppm <= 1000000;
}

/* The words that stand for no reply at all. */
static const struct {
	const char *word;
	enum story_answer_kind kind;
} kinds[] = {
	{ "accepted", STORY_ACCEPTED },
	{ "timeout", STORY_TIMEOUT },
	{ "closed", STORY_CLOSED },
	{ "lost", STORY_LOST },
	{ "no-dns", STORY_NO_DNS },
	{ "no-route", STORY_NO_ROUTE },
};

/* answer PROVIDER [via L] [from A] [P%] "REPLY" at STAGE | accepted | timeout ... [young D] [for D] */
static enum rep_rc
read_answer(struct reading *r)
{
	struct story_step *s = add_step(r->st, STORY_ANSWER, r->line);
	struct story_answer *a;
	struct rep_str word;
	enum rep_rc rc;
	bool any = false;

	if (s == NULL)
		return NO_ROOM(r);
	a = &s->answer;
	a->ppm = 1000000;
	if ((rc = read_who(r, a)) != REP_OK)
		return rc;
	while (story_more(r->w)) {
		bool quoted = r->w->v[r->w->at].quoted;
		size_t k = 0;

		word = story_next(r->w);
		while (k < REP_COUNT(kinds) && !rep_str_eq(word, rep_str_c(kinds[k].word)))
			k++;
		if (quoted) {
			a->text = word;
			any = true;
		} else if (k < REP_COUNT(kinds)) {
			a->kind = kinds[k].kind;
			any = true;
		} else if (rep_str_eq(word, REP_S("at"))) {
			if (!rep_stage_parse(story_next(r->w), &a->stage, NULL))
				return WRONG(
				    r, "at connect, ehlo, mail, rcpt, data or dot was expected");
		} else if (rep_str_eq(word, REP_S("for"))) {
			if (!story_span(story_next(r->w), &a->for_s))
				return WRONG(r, "for SPAN was expected, as: for 2h");
		} else if (rep_str_eq(word, REP_S("young"))) {
			if (!story_span(story_next(r->w), &a->young_s))
				return WRONG(r, "young SPAN was expected, as: young 5m");
		} else if (!percent(word, &a->ppm)) {
			return WRONG(r,
			    "answer: \"%.*s\" was not expected; a share (3%%), a \"reply\", "
			    "accepted, timeout, closed, lost, no-dns, no-route, at, for or young was",
			    REP_PR(word));
		}
	}
	if (!any)
		return WRONG(r, "answer needs a \"reply\" or accepted, timeout, closed, lost ...");
	if (a->kind == STORY_REPLY &&
	    (a->text.n < 3 || !rep_digit(a->text.p[0]) || a->stage == REP_STAGE_NONE))
		return WRONG(r, "a reply begins with its code and needs \"at STAGE\"");
	return REP_OK;
}

static enum rep_rc
read_end(struct reading *r)
{
	struct story_step *s = add_step(r->st, STORY_END, r->line);

	return s == NULL ? NO_ROOM(r) : read_who(r, &s->answer);
}

/* stop FROM: no more mail of that sender; stop: none at all */
static enum rep_rc
read_stop(struct reading *r)
{
	struct story_step *s = add_step(r->st, STORY_STOP, r->line);

	if (s == NULL)
		return NO_ROOM(r);
	s->text = story_next(r->w);
	while (story_more(r->w)) {
		if (is_next(r->w, "via"))
			s->answer.via = story_next(r->w);
		else if (!is_next(r->w, "to") ||
		    (s->answer.to = story_target(r->st, story_next(r->w))) == NULL)
			return WRONG(r, "stop [FROM [via LABEL] [to PROVIDER]] was expected");
	}
	return REP_OK;
}

static enum rep_rc
read_raw(struct reading *r, enum story_do what)
{
	struct story_step *s = add_step(r->st, what, r->line);

	if (s == NULL)
		return NO_ROOM(r);
	s->text = r->w->rest;
	r->w->at = r->w->n;
	return s->text.n > 0 ? REP_OK : WRONG(r, "the line itself is missing");
}

static enum rep_rc
read_log(struct reading *r)
{
	return read_raw(r, STORY_LOG);
}

static enum rep_rc
read_line(struct reading *r)
{
	return read_raw(r, STORY_LINE);
}

static enum rep_rc
read_again(struct reading *r)
{
	return add_step(r->st, STORY_AGAIN, r->line) == NULL ? NO_ROOM(r) : REP_OK;
}

static enum rep_rc
read_expect(struct reading *r)
{
	struct story_step *s = add_step(r->st, STORY_EXPECT, r->line);

	if (s == NULL)
		return NO_ROOM(r);
	s->text = r->w->rest;
	r->st->expects_n++;
	return story_expect_parse(r->st, r->w, &s->expect, r->err);
}

static const struct {
	const char *word;
	enum rep_rc (*read)(struct reading *r);
} verbs[] = {
	{ "title", read_title },
	{ "about", read_about },
	{ "config", read_config },
	{ "know", read_know },
	{ "host", read_host },
	{ "address", read_address },
	{ "at", read_at },
	{ "mark", read_mark },
	{ "mail", read_mail },
	{ "stop", read_stop },
	{ "answer", read_answer },
	{ "end", read_end },
	{ "log", read_log },
	{ "line", read_line },
	{ "again", read_again },
	{ "skew", read_skew },
	{ "complaints", read_complaints },
	{ "reported", read_reported },
	{ "expect", read_expect },
};

static enum rep_rc
one_line(struct reading *r)
{
	const char *names[REP_COUNT(verbs)], *near;
	struct rep_str word = story_next(r->w);
	enum rep_rc rc;

	if (word.n > 0 && word.p[0] == '+')
		return read_wait(r);
	for (size_t i = 0; i < REP_COUNT(verbs); i++) {
		names[i] = verbs[i].word;
		if (!rep_str_eq(word, rep_str_c(verbs[i].word)))
			continue;
		if ((rc = verbs[i].read(r)) == REP_OK && story_more(r->w))
			return WRONG(
			    r, "\"%.*s\" was not expected here", REP_PR(r->w->v[r->w->at].s));
		return rc;
	}
	near = rep_word_nearest(word, names, REP_COUNT(verbs));
	return WRONG(r, "no verb \"%.*s\"%s%s%s", REP_PR(word),
	    near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
	    near != NULL ? "\"?" : "");
}

/* The file's name without folder and end. */
static struct rep_str
name_of(const char *file)
{
	struct rep_str s = rep_str_c(file);
	size_t slash = rep_str_rchr(s, '/');

	if (slash != SIZE_MAX)
		s = rep_str_sub(s, slash + 1, s.n);
	return rep_str_ends(s, REP_S(".story")) ? rep_str_sub(s, 0, s.n - 6) : s;
}

enum rep_rc
story_parse(const char *file, struct rep_str text, struct rep_arena *a, struct story *st,
    struct rep_err *err)
{
	struct story_words w;
	struct reading r = { st, &w, 0, err };

	*st = (struct story){ .file = file, .name = name_of(file), .a = a, .host = REP_S("mx1") };
	rep_buf_init(&st->config, 1 << 16);
	rep_buf_init(&st->know, 1 << 16);
	while (text.n > 0) {
		size_t nl = rep_str_chr(text, '\n', 0);
		struct rep_str line = rep_str_sub(text, 0, nl);

		text =
		    nl == SIZE_MAX ? (struct rep_str){ "", 0 } : rep_str_sub(text, nl + 1, text.n);
		r.line++;
		if (!split(st, line, &w)) {
			(void)rep_fail(err, REP_ESYNTAX, "a quote without an end");
			return rep_ctx(err, "%s:%u", file, r.line);
		}
		if (w.n > 0 && one_line(&r) != REP_OK)
			return rep_ctx(err, "%s:%u", file, r.line);
	}
	if (st->title.n == 0 || st->pieces_n == 0 || st->expects_n == 0)
		return rep_fail(err, REP_ESYNTAX, "%s: a story needs %s", file,
		    st->title.n == 0	    ? "a title"
			: st->pieces_n == 0 ? "\"about PIECE\""
					    : "something that is expected");
	return REP_OK;
}

void
story_free(struct story *st)
{
	rep_buf_fini(&st->config);
	rep_buf_fini(&st->know);
}
