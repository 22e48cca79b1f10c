/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/top_screen.h"
#include "base/time.h"
#include "cli/row_text.h"

#include <stdio.h>

enum {
	MARGIN = 2,    /* before the text of a line that can be selected: ">" */
	TEXT_MAX = 512 /* bytes of a line made here; longer ones are cut */
};

/* One screen being filled, from the top and from the bottom. */
struct drawing {
	struct rep_screen *s;
	struct rep_top_view *v;
	struct rep_top_look *look;
};

static void
put(const struct drawing *d, size_t y, size_t x, struct rep_str text, unsigned look)
{
	(void)rep_screen_put(d->s, y, x, d->s->width, text, look);
}

/* "10:31:02" on the day of now, else "11-02" */
static const char *
moment(const struct drawing *d, int64_t at_s, char buf[REP_TIME_TEXT])
{
	char text[REP_TIME_TEXT];

	rep_time_text(at_s, text);
	if (at_s / REP_DAY_S == d->v->set->in.now_s / REP_DAY_S)
		snprintf(buf, REP_TIME_TEXT, "%.8s", text + 11);
	else
		snprintf(buf, REP_TIME_TEXT, "%.5s", text + 5);
	return buf;
}

/* Puts text in up to `most` lines, broken at blanks where there are some. Returns how many. */
static size_t
wrapped(
    const struct drawing *d, size_t y, size_t x, size_t most, struct rep_str text, unsigned look)
{
	size_t width = d->s->width - x, lines = 0, i = 0;
	unsigned ignored = 0;

	while (i < text.n && lines < most) {
		struct rep_str rest = rep_str_sub(text, i, text.n);
		size_t n = rep_screen_fits(d->s, text, i, width, &ignored), end = n;

		if (lines + 1 == most || n == rest.n) {
			put(d, y + lines++, x, rest, look);
			break;
		}
		while (end > 0 && rest.p[end] != ' ' && rest.p[end] != '\n')
			end--;
		end = end == 0 ? n : end;
		put(d, y + lines++, x, rep_str_sub(rest, 0, end), look);
		for (i += end; i < text.n && (text.p[i] == ' ' || text.p[i] == '\n');)
			i++;
	}
	return lines;
}

/* --- the first line and the last ------------------------------------------------------------------- */

static void
header(const struct drawing *d)
{
	const struct rep_verdict_set *set = d->v->set;
	char text[TEXT_MAX], now[REP_TIME_TEXT], last[REP_TIME_TEXT], span[REP_TIME_TEXT], n1[32];
	int64_t age_s = d->look->present_s - set->totals.last_s;
	size_t width, open = d->v->open;
	bool old = set->totals.last_s != 0 && age_s >= REP_TOP_OLD_S;

	rep_time_text(d->look->present_s, now);
	snprintf(text, sizeof text, "%.10s %.5s UTC", now, now + 11);
	width = rep_screen_put(d->s, 0, 0, d->s->width, rep_str_c(text), REP_LOOK_PLAIN);
	if (open == 0)
		snprintf(text, sizeof text, "no open incident");
	else
		snprintf(text, sizeof text, "%s open incident%s", rep_out_number(open, n1),
		    rep_plural(open));
	(void)rep_screen_put(d->s, 0, width + 2, d->s->width, rep_str_c(text),
	    open > 0 ? REP_LOOK_BOLD | REP_LOOK_RED : REP_LOOK_BOLD);
	if (set->totals.last_s == 0)
		return;
	rep_time_text(set->totals.last_s, last);
	if (old)
		snprintf(text, sizeof text, "newest delivery: %s ago", rep_time_span(age_s, span));
	else
		snprintf(text, sizeof text, "log read to %.8s", last + 11);
	rep_screen_put_right(d->s, 0, 0, d->s->width, rep_str_c(text),
	    old ? REP_LOOK_BOLD | REP_LOOK_YELLOW : REP_LOOK_PLAIN);
}

static void
footer(const struct drawing *d)
{
	size_t y = d->s->height - 1;

	if (d->look->note.n > 0)
		put(d, y, 0, d->look->note, REP_LOOK_BOLD);
	else
		put(d, y, 0,
		    REP_S("Enter why   up down j k move   Tab next part   r read again   ? help   "
			  "q quit"),
		    REP_LOOK_PLAIN);
}

/* "Open incidents", and where more are out of view: "1-3 of 12" */
static void
title(const struct drawing *d, size_t y, const char *what, size_t first, size_t shown, size_t all)
{
	char text[TEXT_MAX], n1[32];
	size_t x = rep_screen_put(d->s, y, 0, d->s->width, rep_str_c(what), REP_LOOK_BOLD);

	if (shown >= all)
		return;
	snprintf(text, sizeof text, "  %zu-%zu of %s", first + 1, first + shown,
	    rep_out_number(all, n1));
	put(d, y, x, rep_str_c(text), REP_LOOK_PLAIN);
}

/* --- what is wrong ----------------------------------------------------------------------------------- */

static void
first_step(const struct drawing *d, size_t y, size_t x, struct rep_str step)
{
	struct rep_buf b;

	rep_buf_init(&b, 1 << 16);
	rep_buf_add(&b, REP_S("Do now: "));
	rep_out_sentence(&b, step);
	put(d, y, x, rep_buf_str(&b), REP_LOOK_PLAIN);
	rep_buf_fini(&b);
}

/* One trouble into lines from y on, before `until`. Returns how many it took; 0: there is no room. */
static size_t
trouble(const struct drawing *d, size_t n, size_t y, size_t until, bool step)
{
	enum { LINES = 2 };
	struct rep_str next = rep_top_first_step(d->v, n), text = rep_top_headline(d->v, n);
	/* While a row is selected, the first says what to do: nothing else moves then. */
	bool selected = d->look->selected == n, beyond = d->look->selected >= d->v->troubles_n;
	char number[32];
	size_t lines, x = MARGIN, room = until > y ? until - y : 0;

	step =
	    (step || selected || (n == d->look->first_trouble && beyond)) && next.n > 0 && room > 1;
	if (room == 0)
		return 0;
	if (d->v->troubles[n].group != NULL) {
		snprintf(number, sizeof number, "%lld",
		    (long long)d->v->troubles[n].group->members[0]->id);
		x += rep_screen_put(d->s, y, x, d->s->width, rep_str_c(number), REP_LOOK_PLAIN);
		x += 2;
	}
	room -= step;
	lines = wrapped(d, y, x, room < LINES ? room : LINES, text, REP_LOOK_BOLD);
	if (step)
		first_step(d, y + lines, x, next);
	for (size_t k = 0; selected && k < lines; k++)
		rep_screen_add_look(d->s, y + k, REP_LOOK_REVERSE);
	if (selected)
		put(d, y, 0, REP_S(">"), REP_LOOK_REVERSE);
	return lines + step;
}

static void
clear_lines(const struct drawing *d, size_t from, size_t until)
{
	for (size_t i = from * d->s->width; i < until * d->s->width; i++)
		d->s->cells[i] = (struct rep_screen_cell){ " ", 1, REP_LOOK_PLAIN };
}

/* Lays troubles out from y on, from the first that is shown. Returns the line after them. */
static size_t
troubles_from(const struct drawing *d, size_t y, size_t until, bool steps)
{
	size_t all = d->v->troubles_n, lines;

	d->look->troubles_shown = 0;
	for (size_t n = d->look->first_trouble; n < all && y < until; n++) {
		if ((lines = trouble(d, n, y, until, steps)) == 0)
			break;
		y += lines;
		d->look->troubles_shown++;
	}
	return y;
}

/* Returns the line after them. */
static size_t
troubles(const struct drawing *d, size_t y, size_t until)
{
	enum { ROOMY = 40 }; /* lines of a screen where each trouble says what to do */
	struct rep_top_look *l = d->look;
	size_t all = d->v->troubles_n, end;

	if (all == 0) {
		put(d, y, 0,
		    rep_verdicts_trouble(d->v->set)
			? REP_S(
			      "No incident, but most mail of a row below fails: select it, and Enter")
			: REP_S(
			      "No provider refuses or slows your mail, as far as this log shows."),
		    REP_LOOK_BOLD);
		return y + 1;
	}
	if (l->selected < all && l->selected < l->first_trouble)
		l->first_trouble = l->selected;
	if (l->first_trouble >= all)
		l->first_trouble = all - 1;
	end = troubles_from(d, y + 1, until, d->s->height >= ROOMY);
	while (l->selected < all && l->selected >= l->first_trouble + l->troubles_shown) {
		l->first_trouble++;
		clear_lines(d, y + 1, until);
		end = troubles_from(d, y + 1, until, d->s->height >= ROOMY);
	}
	title(d, y, "What is wrong", l->first_trouble, l->troubles_shown, all);
	return end;
}

/* --- how much: the grid ------------------------------------------------------------------------------ */

/* Where the columns begin, and how wide they are. */
struct columns {
	size_t source, provider, strip, refused, tried, state;
	size_t source_w, provider_w, state_w;
};

static struct columns
columns(size_t width)
{
	enum {
		SOURCE = 15,
		PROVIDER = 14,
		LONG_PROVIDER = 18,
		LONG_SOURCE = 24,
		SHARE = 5,
		TRIED = 7
	};
	struct columns c = { .source_w = SOURCE, .provider_w = PROVIDER };
	size_t more = width - REP_TOP_COLUMNS, wide;

	wide = more < LONG_PROVIDER - PROVIDER ? more : LONG_PROVIDER - PROVIDER;
	c.provider_w += wide;
	more -= wide;
	wide = more / 2 < LONG_SOURCE - SOURCE ? more / 2 : LONG_SOURCE - SOURCE;
	c.source_w += wide;
	c.source = 1;
	c.provider = c.source + c.source_w + 1;
	c.strip = c.provider + c.provider_w + 1;
	c.refused = c.strip + REP_TREND_HOURS + 1;
	c.tried = c.refused + SHARE + 1;
	c.state = c.tried + TRIED + 1;
	c.state_w = width - c.state;
	return c;
}

/*
 * What an hour was like, in one character that needs no colour. A part: a twentieth (judgement: fewer
 * is every server's usual), most: the half.
 */
static void
hour(const struct drawing *d, size_t y, size_t x, const struct rep_trend_sum *h)
{
	enum { NONE, TAKEN, SLOWED, MOST_SLOWED, REFUSED, MOST_REFUSED };
	static const char *const ascii[] = { " ", ".", "-", "~", "x", "X" };
	static const char *const blocks[] = { " ", "\u00b7", "\u2591", "\u2592", "\u2584",
		"\u2588" };
	static const unsigned looks[] = { REP_LOOK_PLAIN, REP_LOOK_GREEN, REP_LOOK_YELLOW,
		REP_LOOK_YELLOW, REP_LOOK_RED, REP_LOOK_RED };
	uint64_t all = rep_trend_attempts(h), refused = h->n[REP_TREND_REFUSED],
		 slowed = h->n[REP_TREND_SLOWED];
	int is = all == 0	  ? NONE
	    : 2 * refused >= all  ? MOST_REFUSED
	    : 20 * refused >= all ? REFUSED
	    : 2 * slowed >= all	  ? MOST_SLOWED
	    : 20 * slowed >= all  ? SLOWED
				  : TAKEN;

	put(d, y, x, rep_str_c(d->s->utf8 ? blocks[is] : ascii[is]), looks[is]);
}

static const char *
share(uint64_t part, uint64_t all, char buf[16])
{
	if (all == 0)
		return "-";
	snprintf(buf, 16, part > 0 && part * 100 < all ? "<1 %%" : "%.0f %%",
	    100 * (double)part / (double)all);
	return buf;
}

static void
row(const struct drawing *d, const struct columns *c, size_t n, size_t y)
{
	const struct rep_trend_sum *hours = rep_top_hours(d->v, n);
	const struct rep_cell *cell = d->v->rows[n].cell;
	const struct rep_judge_in *in = &d->v->set->in;
	uint64_t all = rep_row_attempts(cell);
	unsigned paint = rep_look_of(rep_row_paint(cell->state));
	struct rep_trend_sum day = { { 0 } };
	char ip[REP_IP_TEXT], text[16], number[32];
	struct rep_str state;

	for (size_t h = 0; hours != NULL && h < REP_TREND_HOURS; h++) {
		hour(d, y, c->strip + h, &hours[h]);
		day.n[REP_TREND_REFUSED] += hours[h].n[REP_TREND_REFUSED];
	}
	(void)rep_screen_put_end(
	    d->s, y, c->source, c->source_w, rep_row_source(in, cell, ip), REP_LOOK_PLAIN);
	(void)rep_screen_put(
	    d->s, y, c->provider, c->provider_w, rep_row_provider(in, cell), REP_LOOK_PLAIN);
	rep_screen_put_right(d->s, y, c->refused, c->tried - c->refused - 1,
	    rep_str_c(hours != NULL ? share(day.n[REP_TREND_REFUSED], all, text) : "?"), paint);
	rep_screen_put_right(d->s, y, c->tried, c->state - c->tried - 1,
	    rep_str_c(rep_out_number(all, number)), REP_LOOK_PLAIN);
	state = rep_top_state(d->v, n);
	if (rep_screen_columns(d->s, state) > c->state_w)
		state =
		    rep_str_c(cell->state == REP_STATE_WELL ? "ok" : rep_state_word(cell->state));
	(void)rep_screen_put(d->s, y, c->state, c->state_w, state, paint);
	if (d->look->selected != d->v->troubles_n + n)
		return;
	rep_screen_add_look(d->s, y, REP_LOOK_REVERSE);
	put(d, y, 0, REP_S(">"), REP_LOOK_REVERSE);
}

/* Which rows are in view stands in place of "Source", where they are not all. */
static void
grid_title(const struct drawing *d, const struct columns *c, size_t y)
{
	const struct rep_top_look *l = d->look;
	char text[TEXT_MAX], now[REP_TIME_TEXT], n1[32];

	snprintf(text, sizeof text, "Source");
	if (l->rows_shown < d->v->rows_n)
		snprintf(text, sizeof text, "Rows %zu-%zu of %s", l->first_row + 1,
		    l->first_row + l->rows_shown, rep_out_number(d->v->rows_n, n1));
	if (rep_screen_columns(d->s, rep_str_c(text)) > c->source_w)
		snprintf(text, sizeof text, "Row %s", rep_out_number(l->first_row + 1, n1));
	(void)rep_screen_put(d->s, y, c->source, c->source_w, rep_str_c(text), REP_LOOK_BOLD);
	put(d, y, c->provider, REP_S("Provider"), REP_LOOK_BOLD);
	rep_time_text(d->v->set->in.now_s, now);
	snprintf(text, sizeof text, "24 hours to %.5s", now + 11);
	put(d, y, c->strip, rep_str_c(text), REP_LOOK_BOLD);
	rep_screen_put_right(
	    d->s, y, c->strip, c->tried - c->strip - 1, REP_S("Refused"), REP_LOOK_BOLD);
	rep_screen_put_right(
	    d->s, y, c->tried, c->state - c->tried - 1, REP_S("Tried"), REP_LOOK_BOLD);
	put(d, y, c->state, REP_S("State"), REP_LOOK_BOLD);
}

/* Lines [y, until), the title first. */
static void
grid(const struct drawing *d, size_t y, size_t until)
{
	struct rep_top_look *l = d->look;
	struct columns c = columns(d->s->width);
	size_t all = d->v->rows_n, room = until - y - 1, at;

	if (l->selected >= d->v->troubles_n) {
		at = l->selected - d->v->troubles_n;
		if (at < l->first_row)
			l->first_row = at;
		if (at >= l->first_row + room)
			l->first_row = at - room + 1;
	}
	if (l->first_row + room > all)
		l->first_row = all > room ? all - room : 0;
	l->rows_shown = all - l->first_row < room ? all - l->first_row : room;
	if (all == 0) {
		put(d, y, 0, REP_S("No mail was sent in the last 24 hours."), REP_LOOK_PLAIN);
		return;
	}
	grid_title(d, &c, y);
	for (size_t k = 0; k < l->rows_shown; k++)
		row(d, &c, l->first_row + k, y + 1 + k);
}
/* --- the queue ----------------------------------------------------------------------------------------- */

static const char *
waits_as(enum rep_wait w)
{
	static const char *const words[REP_WAIT_N] = { "put off", "held back", "on hold", "new",
		"without transport" };

	return words[w];
}

/* "812 for microsoft-consumer put off" */
static void
add_waiting(struct rep_buf *b, const struct rep_waiting_mail *m)
{
	struct rep_str to = m->domain.n > 0 ? m->domain : m->provider;
	char n1[32];

	rep_buf_printf(
	    b, "%s for %.*s %s", rep_out_number(m->messages, n1), REP_PR(to), waits_as(m->wait));
}

/* One line: most messages first, as many as fit. */
static void
queue(const struct drawing *d, size_t y)
{
	enum { NAMED = 8 };
	const struct rep_waits *w = &d->v->set->in.waits;
	size_t x = rep_screen_put(d->s, y, 0, d->s->width, REP_S("Queue  "), REP_LOOK_BOLD);
	char at[REP_TIME_TEXT];
	struct rep_buf b;

	if (w->at_s == 0) {
		put(d, y, x, REP_S("not known: reputed queue reads it"), REP_LOOK_PLAIN);
		return;
	}
	rep_buf_init(&b, 1 << 16);
	rep_buf_printf(
	    &b, "%s %s: ", w->listed ? "listed at" : "by the log at", moment(d, w->at_s, at));
	if (w->n == 0)
		rep_buf_add(&b, REP_S("nothing waits"));
	for (size_t i = 0; i < w->n && i < NAMED; i++) {
		rep_buf_add(&b, i > 0 ? REP_S(", ") : REP_S(""));
		add_waiting(&b, &w->v[i]);
	}
	if (w->n > NAMED || w->left_out > 0)
		rep_buf_add(&b, REP_S(", and more"));
	put(d, y, x, rep_buf_str(&b), REP_LOOK_PLAIN);
	rep_buf_fini(&b);
}

/* --- what came in last ----------------------------------------------------------------------------------- */

/* What was said; what is known of it where the words were not kept. */
static struct rep_str
said(const struct rep_judge_in *in, const struct rep_observation *o)
{
	const struct rep_wording *w = rep_wording_of(in, o->provider, o->provider_domain, o->rule);

	return w != NULL && w->text.n > 0 ? w->text : rep_name(&in->names, o->rule);
}

static void
arrival(const struct drawing *d, size_t y, const struct rep_top_arrival *a)
{
	enum { TIME = 8, CLASS = 14 };
	const struct rep_judge_in *in = &d->v->set->in;
	struct columns c = columns(d->s->width);
	char at[REP_TIME_TEXT], ip[REP_IP_TEXT];
	const struct rep_observation *o = a->reply;
	size_t x = 1 + TIME + 1;
	struct rep_str to;

	put(d, y, 1, rep_str_c(moment(d, a->at_s, at)), REP_LOOK_PLAIN);
	if (o == NULL) {
		x += rep_screen_put(
		    d->s, y, x, c.provider_w, rep_name(&in->names, a->complaint->provider), 0);
		x += rep_screen_put(d->s, y, x, d->s->width, REP_S(" complaint about "), 0);
		put(d, y, x,
		    rep_str_or(rep_name(&in->names, a->complaint->stream), REP_S("mail of yours")),
		    REP_LOOK_PLAIN);
		return;
	}
	to =
	    rep_str_or(rep_name(&in->names, o->provider_domain), rep_name(&in->names, o->provider));
	(void)rep_screen_put(d->s, y, x, c.provider_w, to, REP_LOOK_PLAIN);
	x += c.provider_w + 1;
	(void)rep_screen_put(
	    d->s, y, x, CLASS, rep_str_c(rep_class_word((enum rep_class)o->class)), REP_LOOK_PLAIN);
	x += CLASS + 1;
	(void)rep_screen_put_end(d->s, y, x, c.source_w,
	    o->route != 0 ? rep_name(&in->names, o->route) : rep_source_text(in, o->label, ip),
	    REP_LOOK_PLAIN);
	put(d, y, x + c.source_w + 1, said(in, o), REP_LOOK_PLAIN);
}

/* Lines [y, until), the title first. */
static void
arrivals(const struct drawing *d, size_t y, size_t until)
{
	const struct rep_judge_in *in = &d->v->set->in;
	const struct rep_observation *o = d->v->accepted;
	size_t x = rep_screen_put(d->s, y, 0, d->s->width, REP_S("Last in  "), REP_LOOK_BOLD);
	char at[REP_TIME_TEXT], ip[REP_IP_TEXT], text[TEXT_MAX];
	struct rep_str to, from;

	if (o != NULL) {
		to = rep_name(&in->names, o->provider);
		from = rep_source_text(in, o->label, ip);
		snprintf(text, sizeof text, "accepted: %s, by %.*s from %.*s",
		    moment(d, o->last_s, at), REP_PR(to), REP_PR(from));
		put(d, y, x, rep_str_c(text), REP_LOOK_PLAIN);
	} else {
		put(d, y, x, REP_S("nothing was accepted in the last 24 hours"), REP_LOOK_PLAIN);
	}
	for (size_t k = 0; k < d->v->arrivals_n && y + 1 + k < until; k++)
		arrival(d, y + 1 + k, &d->v->arrivals[k]);
}

/* --- all together ------------------------------------------------------------------------------------------ */

static void
too_small(const struct drawing *d)
{
	char text[TEXT_MAX];
	size_t y;

	if (d->s->height == 0 || d->s->width == 0)
		return;
	snprintf(text, sizeof text,
	    "reputed top needs %d columns and %d lines; this terminal has %zu and %zu. Make it "
	    "larger, or use: reputed status. q quits.",
	    REP_TOP_COLUMNS, REP_TOP_LINES, d->s->width, d->s->height);
	y = wrapped(d, 0, 0, d->s->height, rep_str_c(text), REP_LOOK_PLAIN) + 1;
	d->look->troubles_shown = d->look->rows_shown = 0;
	for (size_t n = 0; n < d->v->troubles_n && y < d->s->height; n++) {
		y += wrapped(d, y, 0, d->s->height - y, rep_top_headline(d->v, n), REP_LOOK_BOLD);
		d->look->troubles_shown++;
	}
}

static void
nothing_read(const struct drawing *d)
{
	struct rep_buf b;

	rep_buf_init(&b, 1 << 12);
	rep_out_nothing_read(&b, d->v->set->totals.lines);
	for (size_t i = 0, y = 2, n; i < b.n && y < d->s->height - 1; i += n + 1, y++) {
		n = rep_str_chr(rep_buf_str(&b), '\n', i);
		n = n == SIZE_MAX ? b.n - i : n - i;
		put(d, y, 0, rep_str_sub(rep_buf_str(&b), i, n), REP_LOOK_BOLD);
	}
	rep_buf_fini(&b);
	d->look->troubles_shown = d->look->rows_shown = 0;
}

void
rep_top_screen(struct rep_screen *s, struct rep_top_view *v, struct rep_top_look *look)
{
	struct drawing d = { s, v, look };
	size_t all = v->troubles_n + v->rows_n, y, last;

	rep_screen_clear(s);
	if (look->selected >= all)
		look->selected = all > 0 ? all - 1 : 0;
	if (s->width < REP_TOP_COLUMNS || s->height < REP_TOP_LINES) {
		too_small(&d);
		return;
	}
	header(&d);
	footer(&d);
	if (rep_top_empty(v)) {
		nothing_read(&d);
		return;
	}
	y = troubles(&d, 1, 2 + s->height / 4);
	/* The last: a line of the queue, a title, and what came in; a sixth of the screen at most. */
	last = v->arrivals_n < s->height / 6 ? v->arrivals_n : s->height / 6;
	grid(&d, y, s->height - 3 - last);
	queue(&d, s->height - 3 - last);
	arrivals(&d, s->height - 2 - last, s->height - 1);
}
