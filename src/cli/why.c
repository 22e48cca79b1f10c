/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/why.h"
#include "cli/why_groups.h"
#include "base/time.h"
#include "cli/across_text.h"
#include "cli/outlook.h"
#include "cli/seen_text.h"
#include "judge/index.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	WIDTH = 100,
	INDENT = 11,
	HOUR = 3600,
	NAMED_MAX = 3,
	LIST_MAX = 1 << 20,
	IDS_MAX = 8,
	TOLD_MAX = 8,
	SAID_MAX = 400,
	OVER_MAX = 20
};

/* A member of the group, and the key that other members may share. */
struct seen_first {
	uint32_t key;
	size_t n;
};

struct teller {
	struct rep_buf *b;
	const struct rep_verdict_set *s;
	const struct rep_verdicts *v;
	const struct rep_incident **group; /* told together, [0] first; room for all */
	size_t n;
	struct seen_first *firsts;  /* scratch of the same size: by label, then by host */
	bool *new_label, *new_host; /* same size: first with its label, its host */
	size_t labels, hosts;
};

static const char *const cause_words[REP_CAUSE_N] = {
	"the neighbourhood (the network the address stands in), not you",
	"your own reputation there: complaints or traps",
	"the recipients: too many of them do not exist",
	"authentication: SPF, DKIM or DMARC",
	"the identity of the server: PTR or HELO",
	"volume: too much, too sudden or too new",
	"the content of the mail",
	"the provider itself",
};
static const char *const cause_short[REP_CAUSE_N] = { "the neighbourhood", "your own reputation",
	"recipients that do not exist", "authentication", "identity of the server", "volume",
	"content", "the provider" };

static const struct rep_episode *
last(const struct rep_incident *i)
{
	return &i->episodes[i->episodes_n - 1];
}

static const struct rep_cell *
cell(const struct teller *t, const struct rep_incident *i)
{
	return &t->v->cells[i->cell];
}

static int
likeliest(const struct rep_incident *i, int but)
{
	int best = -1;

	for (int c = 0; c < REP_CAUSE_N; c++)
		if (c != but && (best < 0 || i->probability[c] > i->probability[best]))
			best = c;
	return best;
}

/* --- what is wrong -------------------------------------------------------------------------------- */

static int
by_key(const void *a, const void *b)
{
	const struct seen_first *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->n < y->n ? -1 : x->n > y->n;
}

/*
 * Marks the first member of each key, and returns how many keys there are. firsts[] has the keys.
 */
static size_t
mark_firsts(struct teller *t, bool *is_first)
{
	size_t keys = 0;

	qsort(t->firsts, t->n, sizeof *t->firsts, by_key);
	for (size_t k = 0; k < t->n; k++) {
		bool fresh = k == 0 || t->firsts[k].key != t->firsts[k - 1].key;

		is_first[t->firsts[k].n] = fresh;
		keys += fresh;
	}
	return keys;
}

/* Marks the members that bring a label or a host that no earlier member has. */
static void
mark_group(struct teller *t)
{
	for (size_t n = 0; n < t->n; n++)
		t->firsts[n] = (struct seen_first){ cell(t, t->group[n])->key.label, n };
	t->labels = mark_firsts(t, t->new_label);
	for (size_t n = 0; n < t->n; n++)
		t->firsts[n] = (struct seen_first){ cell(t, t->group[n])->key.provider_domain, n };
	t->hosts = mark_firsts(t, t->new_host);
}

static void
sources(struct teller *t)
{
	size_t all = t->labels, told = 0;
	char ip[REP_IP_TEXT];

	for (size_t n = 0; n < t->n; n++) {
		const struct rep_cell *c = cell(t, t->group[n]);
		const struct rep_label *l = rep_label_of(&t->s->in, c->key.label);
		struct rep_str label = rep_name(&t->s->in.names, c->key.label);

		if (!t->new_label[n])
			continue;
		if (told > 0)
			rep_buf_add(t->b, told + 1 < all ? REP_S(", ") : REP_S(" and "));
		rep_buf_add(t->b, rep_source_text(&t->s->in, c->key.label, ip));
		told++;
		if (l != NULL && l->public.version != 0 && all <= 3)
			rep_buf_printf(t->b, " (%.*s)", REP_PR(label));
	}
}

/* "12 small mail hosts (a.example, b.example, c.example and 9 more)" */
static struct rep_str
who(struct teller *t)
{
	size_t all = t->hosts, told = 0;
	struct rep_buf list;

	if (all < 2)
		return rep_provider_text(&t->s->in, &cell(t, t->group[0])->key, t->s->arena);
	rep_buf_init(&list, LIST_MAX);
	rep_buf_printf(&list, "%zu mail hosts (", all);
	for (size_t n = 0; n < t->n && told < NAMED_MAX; n++)
		if (t->new_host[n]) {
			if (told > 0)
				rep_buf_add(&list, told + 1 < all ? REP_S(", ") : REP_S(" and "));
			rep_buf_add(&list,
			    rep_name(&t->s->in.names, cell(t, t->group[n])->key.provider_domain));
			told++;
		}
	if (all > told)
		rep_buf_printf(&list, " and %zu more", all - told);
	rep_buf_addc(&list, ')');
	return rep_arena_take(t->s->arena, &list);
}

/* Only bounces tell of it: what was accepted is not known. */
static bool
by_bounces(const struct teller *t)
{
	uint32_t bounces = t->v->index->bounces;

	return bounces != 0 && cell(t, t->group[0])->key.label == bounces;
}

/* True when part of what was tried there since then was accepted. */
static bool
part_only(const struct teller *t)
{
	struct rep_sums sums = { 0 };

	for (size_t n = 0; n < t->n; n++)
		rep_index_sum(t->v, cell(t, t->group[n]), last(t->group[n])->since_s,
		    t->s->in.now_s + 1, REP_ANY_STREAM, t->group[n]->trouble, &sums);
	return sums.accepted * 10 > sums.trouble || by_bounces(t);
}

/* The relay repeats what it was told. Who refuses is known only when the reply names its host. */
static void
route_headline(struct teller *t, struct rep_str route, struct rep_str provider)
{
	static const char *const is[REP_TROUBLE_N] = { "is refused", "is slowed",
		"is refused for its authentication or identity", "is taken less than usual" };

	rep_buf_printf(t->b, "Mail through the relay %.*s %s%s%.*s", REP_PR(route),
	    is[t->group[0]->trouble], provider.n > 0 ? " by " : "", REP_PR(provider));
}

/*
 * The kind of trouble for the headline. Where nothing is accepted any more, replies that refuse
 * are a refusal, also when no rule names it.
 */
static enum rep_trouble
told_as(const struct teller *t)
{
	const struct rep_incident *i = t->group[0];

	if (i->trouble != REP_TROUBLE_DROP || i->theirs ||
	    last(i)->bounced * 2 < last(i)->replies || (part_only(t) && !by_bounces(t)))
		return i->trouble;
	return REP_TROUBLE_BLOCK;
}

static void
headline(struct teller *t)
{
	static const char *const verbs[REP_TROUBLE_N][2][2] = { /* one host; many */
		{ { "refuses all mail", "refuses part of the mail" },
		    { "refuse all mail", "refuse part of the mail" } },
		{ { "slows mail", "slows mail" }, { "slow mail", "slow mail" } },
		{ { "refuses mail for its authentication or identity",
		      "refuses mail for its authentication or identity" },
		    { "refuse mail for its authentication or identity",
			"refuse mail for its authentication or identity" } },
		{ { "takes less mail than usual", "takes less mail than usual" },
		    { "take less mail than usual", "take less mail than usual" } }
	};
	const struct rep_incident *i = t->group[0];
	enum rep_trouble as = told_as(t);
	bool is_small = cell(t, i)->key.provider_domain != 0;
	bool many = t->hosts > 1 || is_small;
	int64_t since = last(i)->since_s;
	struct rep_str p = who(t);
	struct rep_str route = rep_name(&t->s->in.names, cell(t, i)->key.route);
	char when[48];

	for (size_t n = 1; n < t->n; n++)
		if (last(t->group[n])->since_s < since)
			since = last(t->group[n])->since_s;
	p = rep_str_or(p, REP_S("?"));
	if (route.n > 0 && !i->nobody) {
		route_headline(t, route, many || is_small ? (struct rep_str){ "", 0 } : p);
		rep_buf_printf(t->b, " since %s.", rep_when(since, t->s->in.now_s, when));
		return;
	}
	if (i->nobody) {
		rep_buf_add(t->b, REP_S("No provider can be reached from "));
	} else {
		rep_buf_addc(t->b, p.p[0] >= 'a' && p.p[0] <= 'z' ? (char)(p.p[0] - 32) : p.p[0]);
		rep_buf_add(t->b, rep_str_sub(p, 1, p.n));
		rep_buf_printf(t->b, " %s from ",
		    i->everywhere ? "cannot be reached, or does not work,"
				  : verbs[as][many][as == REP_TROUBLE_BLOCK && part_only(t)]);
	}
	if (i->everywhere)
		rep_buf_add(t->b, REP_S("any own address"));
	else if (by_bounces(t))
		rep_buf_add(t->b, REP_S("the server whose bounces you gave"));
	else
		sources(t);
	rep_buf_printf(t->b, " since %s.", rep_when(since, t->s->in.now_s, when));
}

static void
losses(struct teller *t)
{
	struct rep_str stream = { "", 0 };
	uint64_t bounced = 0, deferred = 0, top = 0;
	bool urgent = false;
	char n1[32], n2[32], n3[32];
	size_t well = 0;

	for (size_t n = 0; n < t->n; n++) {
		bounced += last(t->group[n])->bounced;
		deferred += last(t->group[n])->deferred;
	}
	for (size_t k = 0; k < t->group[0]->streams_n; k++) {
		uint64_t sum = 0;

		for (size_t n = 0; n < t->n; n++)
			for (size_t m = 0; m < t->group[n]->streams_n; m++)
				if (t->group[n]->streams[m].stream ==
				    t->group[0]->streams[k].stream)
					sum += t->group[n]->streams[m].bounced +
					    t->group[n]->streams[m].deferred;
		bool is = rep_stream_urgent(&t->s->in, t->group[0]->streams[k].stream);

		if (sum > 0 && (is > urgent || (is == urgent && sum > top)) &&
		    t->group[0]->streams[k].stream != 0 &&
		    t->group[0]->streams[k].stream != REP_OTHER_STREAMS) {
			urgent = is;
			top = sum;
			stream = rep_name(&t->s->in.names, t->group[0]->streams[k].stream);
		}
	}
	rep_buf_printf(t->b, "%s%s%s%s%s", bounced > 0 ? rep_out_number(bounced, n1) : "",
	    bounced > 1	      ? " messages bounced so far"
		: bounced > 0 ? " message bounced so far"
			      : "",
	    bounced > 0 && deferred > 0 ? ", " : "",
	    deferred > 0 ? rep_out_number(deferred, n2) : "",
	    deferred > 1       ? " attempts were put off"
		: deferred > 0 ? " attempt was put off"
			       : "");
	if (stream.n > 0)
		rep_buf_printf(t->b, "; %s%.*s (%s)",
		    urgent ? "among them the urgent stream " : "most of stream ", REP_PR(stream),
		    rep_out_number(top, n3));
	rep_buf_add(t->b, REP_S("."));
	for (size_t c = 0; c < t->v->cells_n && well < 5; c++) {
		const struct rep_cell *x = &t->v->cells[c];
		struct rep_str p = rep_name(&t->s->in.names, x->key.provider);

		if (x->folded || x->key.label != cell(t, t->group[0])->key.label ||
		    x->state != REP_STATE_WELL || x->key.provider_domain != 0 ||
		    rep_str_eq(p, REP_S("other")))
			continue;
		rep_buf_add(t->b, well == 0 ? REP_S(" Taken as ever by: ") : REP_S(", "));
		rep_buf_add(t->b, p);
		well++;
	}
	if (well > 0)
		rep_buf_addc(t->b, '.');
}

static void
words_of_provider(struct teller *t)
{
	const struct rep_incident *i = t->group[0];
	const struct rep_rule *r = rep_know_rule(t->s->in.know, rep_name(&t->s->in.names, i->rule));
	struct rep_str p = rep_name(&t->s->in.names, cell(t, i)->key.provider);
	struct rep_str d = rep_name(&t->s->in.names, cell(t, i)->key.provider_domain);
	struct rep_str id = rep_name(&t->s->in.names, i->rule);

	for (size_t n = 0; n < t->s->in.wordings_n; n++) {
		const struct rep_wording *w = &t->s->in.wordings[n];

		if (!rep_str_eq(w->provider, p) || !rep_str_eq(w->provider_domain, d) ||
		    !rep_str_eq(w->rule, id))
			continue;
		rep_buf_add(t->b, REP_S("\nThey say   "));
		rep_out_wrap(t->b, rep_str_sub(w->text, 0, SAID_MAX), INDENT, INDENT, WIDTH);
		if (w->text.n > SAID_MAX)
			rep_buf_add(t->b, REP_S(" ..."));
		rep_buf_addc(t->b, '\n');
		break;
	}
	if (r != NULL) {
		rep_buf_add(t->b, REP_S("That means "));
		rep_out_wrap(t->b, r->meaning, INDENT, INDENT, WIDTH);
		rep_buf_printf(t->b, "\n%*s(%.*s%s; %.*s)\n", INDENT, "", REP_PR(r->id),
		    i->certain ? "" : ", uncertain", REP_PR(r->source));
	}
}

/* --- why --------------------------------------------------------------------------------------------- */

/* Volume that is too new is told as what it is: nobody there knows this address. */
static bool
unknown_there(const struct rep_incident *i, int top)
{
	return top == REP_CAUSE_VOLUME && rep_incident_evidence(i, REP_EVIDENCE_NEW_THERE) != NULL;
}

static void
verdict(struct teller *t)
{
	const struct rep_incident *i = t->group[0];
	const struct rep_weights *w = t->s->in.weights;
	int top = likeliest(i, -1), second = likeliest(i, top);

	rep_buf_printf(t->b, "\n%sWhy%s        ", rep_paint(REP_BOLD), rep_unpaint());
	if (i->nobody) {
		rep_buf_add(t->b,
		    REP_S("most likely your own network: what is shut is the way out of it\n"));
	} else if (unknown_there(i, top)) {
		rep_buf_printf(t->b,
		    "%s they do not know you: a new address, or one that was silent for long\n",
		    i->probability[top] >= w->probably
			? rep_probability_words(w, i->probability[top])
			: "cannot tell yet. First to think of:");
	} else if (i->probability[top] >= w->probably) {
		rep_buf_printf(
		    t->b, "%s %s", rep_probability_words(w, i->probability[top]), cause_words[top]);
		if (i->probability[second] >= w->probably)
			rep_buf_printf(t->b, "; and %s %s",
			    rep_probability_words(w, i->probability[second]), cause_short[second]);
		rep_buf_addc(t->b, '\n');
	} else {
		rep_buf_printf(t->b, "cannot tell yet. First to think of: %s, then %s\n",
		    cause_short[top], cause_short[second]);
	}
	rep_buf_printf(t->b, "%*s", INDENT, "");
	for (size_t n = 0; n < t->n && n < IDS_MAX; n++)
		rep_buf_printf(t->b, "%s%lld",
		    n == 0 ? t->n > 1 ? "incidents " : "incident " : ", ",
		    (long long)t->group[n]->id);
	if (t->n > IDS_MAX)
		rep_buf_printf(t->b, " and %zu more", t->n - IDS_MAX);
	if (i->episodes_n > 1) {
		static const char *const ordinals[] = { "", "first", "second", "third", "fourth" };
		char span[REP_TIME_TEXT];
		size_t k = i->episodes_n - 1;

		rep_time_span(last(i)->since_s - i->episodes[0].since_s, span);
		if (k < REP_COUNT(ordinals))
			rep_buf_printf(t->b, ": %s return in %s", ordinals[k], span);
		else
			rep_buf_printf(t->b, ": return number %zu in %s", k, span);
	}
	rep_buf_addc(t->b, '\n');
}

/* Similar sentences of the evidence are told once, with the number of the others. */
static void
evidence(struct teller *t, bool against)
{
	const struct rep_incident *i = t->group[0];
	bool first = true;

	for (size_t n = 0; n < i->evidence_n; n++) {
		if (i->evidence[n].against != against)
			continue;
		rep_buf_printf(t->b, "  %-8s ", first ? against ? "against" : "for" : "");
		rep_out_wrap(t->b,
		    i->evidence[n].more == 0
			? i->evidence[n].sentence
			: rep_arena_printf(t->s->arena, "%.*s; and %zu more like it",
			      REP_PR(i->evidence[n].sentence), i->evidence[n].more),
		    INDENT, INDENT + 2, WIDTH);
		rep_buf_addc(t->b, '\n');
		first = false;
	}
}

static void
not_known(struct teller *t)
{
	const struct rep_incident *i = t->group[0];
	bool first = true, any = false;

	for (size_t n = 0; n < i->unknown_n; n++) {
		rep_buf_printf(t->b, "  %-8s ", first ? "unknown" : "");
		rep_out_wrap(t->b,
		    rep_arena_printf(t->s->arena, "%s: %s", i->unknown[n].what, i->unknown[n].how),
		    INDENT, INDENT + 2, WIDTH);
		rep_buf_addc(t->b, '\n');
		first = false;
	}
	for (int k = 0; k < REP_TOO_MANY_N; k++)
		if (i->too_many[k])
			rep_buf_printf(t->b,
			    "  %-8s these %s are too many to be compared one by one: those with the "
			    "most mail were\n",
			    "limits", rep_too_many_word((enum rep_too_many)k));
	for (int c = 0; c < REP_CAUSE_N; c++) {
		if (!i->cannot_be[c])
			continue;
		rep_buf_printf(t->b, "%s%s", any ? " or " : "  cannot be ",
		    c == REP_CAUSE_AUTHENTICATION ? "DKIM, DMARC" : cause_short[c]);
		any = true;
	}
	if (any)
		rep_buf_add(t->b, REP_S(": nothing of them had been seen yet\n"));
}

/* --- what to do ---------------------------------------------------------------------------------------- */

/* Text that is pasted elsewhere keeps its lines and blanks. */
static void
verbatim(struct rep_buf *b, struct rep_str text, const char *prefix)
{
	size_t nl;

	while (text.n > 0) {
		nl = rep_str_chr(text, '\n', 0);
		struct rep_str line = rep_str_sub(text, 0, nl);

		if (line.n > 0)
			rep_buf_add(b, rep_str_c(prefix));
		rep_buf_add(b, line);
		rep_buf_addc(b, '\n');
		text = rep_str_sub(text, nl == SIZE_MAX ? text.n : nl + 1, text.n);
	}
}

static void
do_now(struct teller *t)
{
	const struct rep_incident *i = t->group[0];
	enum { SHORT = 300 };

	if (i->next_n == 0)
		return;
	rep_buf_printf(t->b, "\n%sDo now%s\n", rep_paint(REP_BOLD), rep_unpaint());
	for (size_t n = 0; n < i->next_n; n++) {
		rep_buf_printf(t->b, "  %zu  ", n + 1);
		rep_out_wrap(t->b, i->next[n].step, 5, 5, WIDTH);
		rep_buf_addc(t->b, '\n');
		if (i->next[n].url.n > 0)
			rep_buf_printf(t->b, "       %.*s\n", REP_PR(i->next[n].url));
		if (i->next[n].text.n > 0 && i->next[n].text.n <= SHORT)
			verbatim(t->b, i->next[n].text, "       ");
	}
	if (i->episodes_n > 2)
		rep_buf_printf(t->b,
		    "It was lifted before and came back each time. If it returns again, asking is "
		    "unlikely to help%s.\n",
		    i->conduct.way ? ";\nleaving this network is" : "");
	for (size_t n = 0; n < i->next_n; n++)
		if (i->next[n].text.n > SHORT) {
			rep_buf_printf(t->b, "\nText for step %zu, to paste\n", n + 1);
			verbatim(t->b, i->next[n].text, "    ");
		}
}

/* --- trace ----------------------------------------------------------------------------------------------- */

/* The pieces of evidence of one family that count for a cause, and their sum. */
static void
trace_family(struct teller *t, const struct rep_incident *i, size_t f, int c)
{
	const struct rep_weights *w = t->s->in.weights;
	const struct rep_family_sum *sum = &i->families[f];
	bool any = false;

	for (size_t n = 0; n < i->evidence_n; n++) {
		const struct rep_evidence *e = &i->evidence[n];

		if (e->weight == NULL || e->again ||
		    !rep_str_eq(e->weight->family, w->families[f].name) ||
		    (e->ratio[c] >= 1 && e->ratio[c] <= 1))
			continue;
		rep_buf_printf(t->b, "%s%s %.2f", any ? ", " : "\n      x ", e->name, e->ratio[c]);
		if (e->weight->file != NULL)
			rep_buf_printf(t->b, " (%s:%u)", e->weight->file, e->weight->line);
		any = true;
	}
	if (any)
		rep_buf_printf(t->b, " = %.2f for %.*s%s", sum->used[c],
		    REP_PR(w->families[f].name),
		    sum->used[c] < sum->product[c] || sum->used[c] > sum->product[c] ? " (capped)"
										     : "");
}

static void
trace(struct teller *t, const struct rep_incident *i)
{
	const struct rep_weights *w = t->s->in.weights;

	rep_buf_printf(t->b, "\nTrace of incident %lld (%.*s)\n", (long long)i->id, REP_PR(i->key));
	for (size_t n = 0; n < w->own_n; n++)
		rep_buf_printf(t->b, "  own weights are in force, from %s\n", w->own[n]);
	for (int c = 0; c < REP_CAUSE_N; c++) {
		rep_buf_printf(t->b, "  %-15s prior %.2f, odds %.2f",
		    rep_cause_word((enum rep_cause)c), i->prior[c],
		    i->prior[c] / (1 - i->prior[c]));
		for (size_t f = 0; f < w->families_n; f++)
			trace_family(t, i, f, c);
		if (i->cannot_be[c])
			rep_buf_add(t->b, REP_S("\n      cannot be, at this stage: 0.00\n"));
		else
			rep_buf_printf(t->b, "\n      probability %.2f, %s\n", i->probability[c],
			    rep_probability_words(w, i->probability[c]));
	}
	for (size_t n = 0; n < i->evidence_n; n++)
		rep_buf_printf(t->b, "  %-26s %.*s%s\n", i->evidence[n].name,
		    REP_PR(i->evidence[n].facts),
		    i->evidence[n].again ? " (the name counts once)" : "");
}

/* --- all together ------------------------------------------------------------------------------------------ */

/* Writes what fn writes, wrapped. */
static void
wrapped(struct teller *t, void (*fn)(struct teller *), enum rep_paint paint)
{
	struct rep_buf *out = t->b, line;

	rep_buf_init(&line, 1 << 16);
	t->b = &line;
	fn(t);
	t->b = out;
	rep_buf_add(out, rep_str_c(rep_paint(paint)));
	rep_out_wrap(out, rep_buf_str(&line), 0, 0, WIDTH);
	rep_buf_add(out, rep_str_c(paint != REP_PLAIN ? rep_unpaint() : ""));
	rep_buf_addc(out, '\n');
	rep_buf_fini(&line);
}

/* How much stopping would have saved. */
static void
other_course(struct teller *t)
{
	struct rep_str s = rep_ledger_text(t->s, t->group, t->n);

	if (s.n == 0)
		return;
	rep_out_wrap(t->b, rep_arena_printf(t->s->arena, "%.*s.", REP_PR(s)), 0, 0, WIDTH);
	rep_buf_addc(t->b, '\n');
}

static void
expect(struct teller *t)
{
	struct rep_str s = rep_forecast_text(t->s, t->group[0]);

	if (s.n == 0)
		return;
	rep_buf_printf(t->b, "\n%sExpect%s     ", rep_paint(REP_BOLD), rep_unpaint());
	rep_out_wrap(t->b, s, INDENT, INDENT, WIDTH);
	rep_buf_addc(t->b, '\n');
}

static void
tell(struct teller *t, bool with_trace)
{
	wrapped(t, headline, REP_BOLD);
	wrapped(t, losses, REP_PLAIN);
	other_course(t);
	words_of_provider(t);
	verdict(t);
	evidence(t, false);
	evidence(t, true);
	not_known(t);
	expect(t);
	do_now(t);
	for (size_t n = 0; with_trace && n < t->n; n++)
		trace(t, t->group[n]);
}

/*
 * What happened, as "... VERB SOURCE since ...". In an outage nothing was refused, so the verb
 * differs.
 */
static const char *
verb(const struct rep_incident *i)
{
	static const char *const verbs[REP_TROUBLE_N + 1][2] = { { "refuses", "refused" },
		{ "slows", "slowed" }, { "refuses", "refused" },
		{ "takes less mail than usual from", "took less mail than usual from" },
		{ "cannot be reached from", "could not be reached from" } };
	bool away = i->theirs || i->nobody || i->everywhere;

	return verbs[away ? REP_TROUBLE_N : i->trouble][last(i)->until_s != 0];
}

/* One line for an incident that is not shown in full. */
static void
one_line(struct teller *t, const struct rep_incident *i)
{
	const struct rep_cell *c = cell(t, i);
	const struct rep_names *names = &t->s->in.names;
	struct rep_str provider =
	    rep_str_or(rep_name(names, c->key.provider_domain), rep_name(names, c->key.provider));
	struct rep_str rule = rep_str_or(rep_name(names, i->rule), REP_S("no rule"));
	char ip[REP_IP_TEXT], from[48], to[48], n1[32];
	struct rep_str source =
	    i->everywhere ? REP_S("any own address") : rep_source_text(&t->s->in, c->key.label, ip);
	bool over = last(i)->until_s != 0;

	rep_buf_printf(t->b, "  %-6lld %.*s %s %.*s %s %s%s%s (%s replies, %.*s)\n",
	    (long long)i->id, REP_PR(provider), verb(i), REP_PR(source), over ? "from" : "since",
	    rep_when(last(i)->since_s, t->s->in.now_s, from), over ? " to " : "",
	    over ? rep_when(last(i)->until_s, t->s->in.now_s, to) : "",
	    rep_out_number(last(i)->replies, n1), REP_PR(rule));
}

static void
over_line(struct teller *t, const struct rep_incident *i)
{
	struct rep_str s = rep_forecast_text(t->s, i);

	one_line(t, i);
	if (s.n == 0)
		return;
	rep_buf_add(t->b, REP_S("         "));
	rep_out_wrap(t->b, s, 9, 9, WIDTH);
	rep_buf_addc(t->b, '\n');
}

/* A row in which most mail failed although no reply refuses it. NULL: there is none. */
static const struct rep_cell *
coming_to_nothing(const struct teller *t)
{
	for (size_t n = 0; n < t->v->cells_n; n++)
		if (t->v->cells[n].state == REP_STATE_FAILING && !t->v->cells[n].folded &&
		    t->v->cells[n].incident == 0)
			return &t->v->cells[n];
	return NULL;
}

static void
come_to_nothing(struct teller *t, const struct rep_cell *c)
{
	struct rep_str to = rep_str_eq(rep_name(&t->s->in.names, c->key.provider), REP_S("other"))
	    ? REP_S("mail hosts that no provider is known for (other)")
	    : rep_provider_text(&t->s->in, &c->key, t->s->arena);

	rep_buf_printf(t->b,
	    "No incident, but half or more of what went to %.*s failed in the last 24 hours. The "
	    "reasons are below. ",
	    REP_PR(to));
}

/* What was asked for is known, and no incident of it is open. */
static void
nothing_of(struct teller *t, const struct rep_asked *asked)
{
	uint64_t attempts, accepted;
	char n1[32], n2[32];

	if (asked->incident != 0 && !asked->code) {
		rep_buf_printf(
		    t->b, "There is no open incident %lld. ", (long long)asked->incident);
		return;
	}
	rep_asked_counts(asked, &attempts, &accepted);
	rep_buf_printf(t->b, "No incident of \"%.*s\" is open. ", REP_PR(asked->word));
	if (asked->code)
		return;
	if (attempts == 0)
		rep_buf_add(t->b,
		    REP_S("Nothing was sent there in the last 24 hours, so this "
			  "says nothing. "));
	else
		rep_buf_printf(t->b, "Of %s attempts in the last 24 hours %s were accepted. ",
		    rep_out_number(attempts, n1), rep_out_number(accepted, n2));
}

static void
nothing(struct teller *t, const struct rep_asked *asked, size_t seen)
{
	char when[REP_TIME_TEXT], n1[32], n2[32];
	const struct rep_cell *failing = coming_to_nothing(t);

	if (t->s->totals.counted == 0 && seen == 0) {
		rep_buf_printf(t->b,
		    "Nothing to tell yet: %s lines were read, no delivery to a provider "
		    "among them.\nBegin with: reputed ingest /var/log/mail.log\n",
		    rep_out_number(t->s->totals.lines, n1));
		return;
	}
	if (asked->word.n > 0)
		nothing_of(t, asked);
	else if (failing != NULL)
		come_to_nothing(t, failing);
	else if (seen > 0)
		rep_buf_add(t->b, REP_S("No incident. But some mail failed, see below. "));
	else
		rep_buf_add(t->b,
		    REP_S("All well: no provider refuses or slows your mail, as far as this "
			  "log shows. "));
	rep_buf_printf(t->b, "Read: %s lines, %s deliveries, to %s.\n",
	    rep_out_number(t->s->totals.lines, n1), rep_out_number(t->s->totals.counted, n2),
	    rep_time_text(t->s->totals.last_s, when));
}

/* The incident that was refused first comes first. */
static int
earlier(const void *a, const void *b)
{
	const struct rep_incident *x = *(const struct rep_incident *const *)a;
	const struct rep_incident *y = *(const struct rep_incident *const *)b;

	if (last(x)->since_s != last(y)->since_s)
		return last(x)->since_s < last(y)->since_s ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

/* What is told together with the kth of those chosen; false: it was told before. */
static bool
gather(struct teller *t, struct rep_why_groups *g, size_t k)
{
	if ((t->n = rep_why_groups_take(g, k, t->group)) == 0)
		return false;
	qsort(t->group, t->n, sizeof *t->group, earlier);
	mark_group(t);
	return true;
}

/* Tells the open incidents, group by group. Returns how many groups were told in full. */
static size_t
open_ones(struct teller *t, const struct rep_incident **chosen, size_t n, bool all, bool with_trace)
{
	struct rep_arena *a = t->s->arena;
	struct rep_why_groups g;
	size_t told = 0, more = 0;

	t->group = rep_arena_alloc(a, (n + 1) * sizeof(const struct rep_incident *));
	t->firsts = rep_arena_alloc(a, (n + 1) * sizeof *t->firsts);
	t->new_label = rep_arena_alloc(a, n + 1);
	t->new_host = rep_arena_alloc(a, n + 1);
	if (!rep_why_groups_init(&g, t->v, chosen, n, a) || t->group == NULL || t->firsts == NULL ||
	    t->new_label == NULL || t->new_host == NULL)
		return 0;
	for (size_t k = 0; k < n; k++) {
		if (chosen[k]->life == REP_LIFE_OVER || !gather(t, &g, k))
			continue;
		if (told >= TOLD_MAX && !all) {
			if (more++ == 0)
				rep_buf_add(t->b,
				    REP_S("\nAlso open; tell of one with: reputed why NUMBER\n"));
			one_line(t, t->group[0]);
			if (t->n > 1)
				rep_buf_printf(t->b, "         and %zu more like it\n", t->n - 1);
			continue;
		}
		if (told++ > 0)
			rep_buf_printf(t->b, "\n%.*s\n\n", 60,
			    "------------------------------------------------------------");
		tell(t, with_trace);
	}
	return told;
}

void
rep_why_text(struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_incident **chosen,
    size_t n, const struct rep_asked *asked, bool with_trace)
{
	struct teller t = { .b = b, .s = s, .v = &s->verdicts };
	struct rep_seen_asked rows = { rep_asked_row, asked };
	struct rep_str what = asked->word;
	size_t over = 0, across = what.n == 0 ? rep_across_text(b, s) : 0;

	if (open_ones(&t, chosen, n, what.n > 0, with_trace) == 0 && across == 0)
		nothing(&t, asked, rep_seen_count(s, &rows));
	(void)rep_seen_text(b, s, &rows, what.n > 0);
	for (size_t k = 0; k < n; k++)
		if (chosen[k]->life == REP_LIFE_OVER) {
			if (over++ == 0)
				rep_buf_add(b, REP_S("\nOver now\n"));
			if (over > OVER_MAX && what.n == 0)
				continue;
			over_line(&t, chosen[k]);
			if (with_trace)
				trace(&t, chosen[k]);
		}
	if (over > OVER_MAX && what.n == 0)
		rep_buf_printf(
		    b, "  and %zu more; all of them: reputed why --json\n", over - OVER_MAX);
}
