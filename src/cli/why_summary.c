/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/why_summary.h"
#include "judge/advised.h"
#include "judge/index.h"
#include "judge/named.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	STEPS = 3,
	AT = 5, /* where the text of a step begins */
	NAMED_MAX = 3,
	LIST_MAX = 1 << 20
};

static const char *const cause_words[REP_CAUSE_N] = {
	"the neighbourhood (the network your addresses are in), not you",
	"your own reputation there: complaints or spam traps",
	"recipients that do not exist: too many of them",
	"authentication: SPF, DKIM or DMARC",
	"the identity of the server: PTR or HELO",
	"volume: too much, too sudden or too new",
	"the content of the mail",
	"the provider itself",
};

int
rep_why_likeliest(const struct rep_incident *i, int but)
{
	int best = -1;

	for (int c = 0; c < REP_CAUSE_N; c++)
		if (c != but && !i->cannot_be[c] &&
		    (best < 0 || i->probability[c] > i->probability[best]))
			best = c;
	return best;
}

/* The identity that is missed is the server's, or that of the domain in the envelope sender. */
static const char *
cause_in_words(const struct rep_verdicts *v, const struct rep_incident *i, int cause)
{
	const char *called = rep_advised_called(v, i, (enum rep_cause)cause);

	if (called != NULL)
		return called;
	return cause == REP_CAUSE_IDENTITY && i->scope == REP_SCOPE_DOMAIN
	    ? "the identity of the sender: its domain, or the records of it in DNS"
	    : cause_words[cause];
}

const char *
rep_why_cause(const struct rep_verdicts *v, const struct rep_incident *i)
{
	const struct rep_weights *w = v->in->weights;
	static char text[256];
	int top = rep_why_likeliest(i, -1), second = rep_why_likeliest(i, top);
	int n;

	if (i->nobody)
		return "most likely your own network: its way out to port 25 is closed";
	if (rep_advised_about(v, i) == REP_ABOUT_UNKNOWN_THERE) {
		snprintf(text, sizeof text,
		    "%s they do not know you: a new address, or one that did not send for a long "
		    "time",
		    i->probability[top] >= w->probably
			? rep_probability_words(w, i->probability[top])
			: "most likely");
		return text;
	}
	if (i->probability[top] < w->probably) {
		snprintf(text, sizeof text, "most likely %s, then %s; the log cannot prove either",
		    rep_advised_words(v, i, (enum rep_cause)top),
		    rep_advised_words(v, i, (enum rep_cause)second));
		return text;
	}
	n = snprintf(text, sizeof text, "%s %s", rep_probability_words(w, i->probability[top]),
	    cause_in_words(v, i, top));
	if (i->probability[second] >= w->probably)
		snprintf(text + n, sizeof text - (size_t)n, "; and %s %s",
		    rep_probability_words(w, i->probability[second]),
		    rep_advised_words(v, i, (enum rep_cause)second));
	return text;
}

/* A member of the group, and the key that other members may share. */
struct seen_first {
	uint32_t key;
	size_t n;
};

/* The group that is told, [0] the one that leads. */
struct head {
	struct rep_buf *b;
	const struct rep_verdict_set *s;
	const struct rep_verdicts *v;
	const struct rep_incident *const *group;
	size_t n;
	struct seen_first *firsts;  /* scratch of the same size: by label, then by host */
	bool *new_label, *new_host; /* same size: first with its label, its host */
	size_t labels, hosts;
};

static const struct rep_episode *
last(const struct rep_incident *i)
{
	return &i->episodes[i->episodes_n - 1];
}

static const struct rep_cell *
cell(const struct head *t, const struct rep_incident *i)
{
	return &t->v->cells[i->cell];
}

/* --- what is wrong, and how bad ----------------------------------------------------------------- */

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
mark_firsts(struct head *t, bool *is_first)
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

/* The first label with the same public address: several labels may leave from one. */
static uint32_t
shown_as(const struct rep_judge_in *in, uint32_t label)
{
	const struct rep_label *l = rep_label_of(in, label);

	if (l == NULL || l->public.version == 0)
		return label;
	for (size_t i = 0; i < in->labels_n; i++)
		if (rep_ip_eq(&in->labels[i].public, &l->public))
			return in->labels[i].label;
	return label;
}

/* Marks the members that bring a source or a host that no earlier member has. */
static void
mark_group(struct head *t)
{
	for (size_t n = 0; n < t->n; n++)
		t->firsts[n] =
		    (struct seen_first){ shown_as(&t->s->in, cell(t, t->group[n])->key.label), n };
	t->labels = mark_firsts(t, t->new_label);
	for (size_t n = 0; n < t->n; n++)
		t->firsts[n] = (struct seen_first){ cell(t, t->group[n])->key.provider_domain, n };
	t->hosts = mark_firsts(t, t->new_host);
}

static void
sources(struct head *t)
{
	size_t all = t->labels, told = 0;
	char ip[REP_IP_TEXT];

	for (size_t n = 0; n < t->n; n++) {
		const struct rep_cell *c = cell(t, t->group[n]);

		if (!t->new_label[n])
			continue;
		if (told > 0)
			rep_buf_add(t->b, told + 1 < all ? REP_S(", ") : REP_S(" and "));
		rep_buf_add(t->b, rep_source_text(&t->s->in, c->key.label, ip));
		told++;
	}
}

/* "12 small mail hosts (a.example, b.example, c.example and 9 more)" */
static struct rep_str
who(struct head *t)
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
by_bounces(const struct head *t)
{
	return rep_index_by_bounces(t->v->index, cell(t, t->group[0])->key.label);
}

/* True when part of what was tried there since then was accepted. */
static bool
part_only(const struct head *t)
{
	struct rep_sums sums = { 0 };

	for (size_t n = 0; n < t->n; n++)
		rep_index_sum(t->v, cell(t, t->group[n]), last(t->group[n])->since_s,
		    t->s->in.now_s + 1, REP_ANY_STREAM, t->group[n]->trouble, &sums);
	return sums.accepted * 10 > sums.trouble;
}

/* The relay repeats what it was told. Who refuses is known only when the reply names its host. */
static void
route_headline(struct head *t, struct rep_str route, struct rep_str provider)
{
	static const char *const is[REP_TROUBLE_N] = { "has been refused", "has been slowed",
		"has been refused for its authentication or identity",
		"has been accepted less than usual" };

	rep_buf_printf(t->b, "Mail through the relay %.*s %s%s%.*s", REP_PR(route),
	    is[t->group[0]->trouble], provider.n > 0 ? " by " : "", REP_PR(provider));
}

/*
 * The kind of trouble for the headline. Where nothing is accepted any more, replies that refuse
 * are a refusal, also when no rule names it.
 */
static enum rep_trouble
told_as(const struct head *t)
{
	const struct rep_incident *i = t->group[0];

	if (i->trouble != REP_TROUBLE_DROP || i->theirs ||
	    last(i)->bounced * 2 < last(i)->replies || part_only(t))
		return i->trouble;
	return REP_TROUBLE_BLOCK;
}

static int64_t
refused_last(const struct head *t)
{
	int64_t at_s = 0;

	for (size_t n = 0; n < t->n; n++)
		if (last(t->group[n])->last_s > at_s)
			at_s = last(t->group[n])->last_s;
	return at_s;
}

/* The first message that was accepted after that; 0: none is known of. */
static int64_t
accepted_after(const struct head *t, int64_t last_s)
{
	int64_t first_s = 0;

	for (size_t n = 0; n < t->n; n++) {
		struct rep_sums s = { 0 };

		rep_index_sum(t->v, cell(t, t->group[n]), last_s + 1, t->s->in.now_s + 1,
		    REP_ANY_STREAM, t->group[n]->trouble, &s);
		if (s.accepted > 0 && (first_s == 0 || s.first_s < first_s))
			first_s = s.first_s;
	}
	return first_s;
}

/* Of incidents that are over: when they were seen last, and since when mail is accepted, where that is known. */
static void
headline_over(struct head *t)
{
	static const char *const verbs[REP_TROUBLE_N][2] = { { "refuses mail", "refuse mail" },
		{ "slows mail", "slow mail" },
		{ "refuses mail for its authentication or identity",
		    "refuse mail for its authentication or identity" },
		{ "accepts less mail than usual", "accept less mail than usual" } };
	struct rep_str route = rep_name(&t->s->in.names, cell(t, t->group[0])->key.route);
	int64_t since = last(t->group[0])->since_s, accepted_s;
	char when[48], until[48];
	struct rep_str p = who(t);

	for (size_t n = 1; n < t->n; n++)
		if (last(t->group[n])->since_s < since)
			since = last(t->group[n])->since_s;
	if (t->group[0]->nobody) {
		rep_buf_add(t->b, REP_S("Providers can be reached again from "));
	} else if (t->group[0]->everywhere) {
		rep_out_sentence(t->b, rep_str_or(p, REP_S("The provider")));
		rep_buf_add(t->b, REP_S(" can be reached again, and works, from "));
	} else {
		rep_out_sentence(t->b, rep_str_or(p, REP_S("The provider")));
		rep_buf_printf(t->b, " no longer %s %s",
		    verbs[told_as(t)][t->hosts > 1 || rep_provider_plural(p)],
		    route.n > 0 ? "through the relay " : "from ");
	}
	if (t->group[0]->everywhere)
		rep_buf_add(t->b, REP_S("your addresses"));
	else if (route.n > 0 && !t->group[0]->nobody)
		rep_buf_add(t->b, route);
	else
		sources(t);
	accepted_s = accepted_after(t, refused_last(t));
	rep_buf_printf(t->b, ": it began %s, %swas seen last %s", rep_when(since, when),
	    accepted_s == 0 ? "and " : "", rep_when(refused_last(t), until));
	if (accepted_s != 0)
		rep_buf_printf(
		    t->b, ", and mail has been accepted since %s", rep_when(accepted_s, when));
	rep_buf_addc(t->b, '.');
}

static void
headline(struct head *t)
{
	static const char *const verbs[REP_TROUBLE_N][4] = { /* all; a part; not known; one */
		{ "refused all mail", "refused part of the mail", "refused mail",
		    "refused the only message" },
		{ "slowed mail", "", "", "" },
		{ "refused mail for its authentication or identity", "", "", "" },
		{ "accepted less mail than usual", "", "", "" }
	};
	const struct rep_incident *i = t->group[0];
	enum rep_trouble as = told_as(t);
	bool is_small = cell(t, i)->key.provider_domain != 0;
	bool many = t->hosts > 1 || is_small;
	bool one = t->n == 1 && last(i)->replies == 1 && i->lifted == 0 && !i->everywhere;
	int how = as != REP_TROUBLE_BLOCK ? 0 : by_bounces(t) ? 2 : part_only(t) ? 1 : one ? 3 : 0;
	int64_t since = last(i)->since_s;
	struct rep_str p = who(t);
	struct rep_str route = rep_name(&t->s->in.names, cell(t, i)->key.route);
	char when[48], n1[32], ip[REP_IP_TEXT];
	struct rep_ip named;

	for (size_t n = 1; n < t->n; n++)
		if (last(t->group[n])->since_s < since)
			since = last(t->group[n])->since_s;
	if (!rep_incident_open(i)) {
		headline_over(t);
		return;
	}
	p = rep_str_or(p, REP_S("?"));
	many = many || rep_provider_plural(p);
	if (route.n > 0 && !i->nobody) {
		route_headline(t, route, many || is_small ? (struct rep_str){ "", 0 } : p);
		rep_buf_printf(t->b, " since %s.", rep_when(since, when));
		return;
	}
	if (i->nobody) {
		rep_buf_add(t->b, REP_S("No provider can be reached from "));
	} else {
		rep_out_sentence(t->b, p);
		rep_buf_printf(t->b, "%s%s from ",
		    i->everywhere ? " cannot be reached, or does not work,"
			: many	  ? " have "
				  : " has ",
		    i->everywhere ? "" : verbs[as][how]);
	}
	if (i->everywhere)
		rep_buf_add(t->b, REP_S("any of your addresses"));
	else if (by_bounces(t) && rep_named_of(t->v, i, &named))
		rep_buf_printf(
		    t->b, "%s, the address in the latest bounce,", rep_ip_text(&named, ip));
	else if (by_bounces(t))
		rep_buf_add(t->b, REP_S("the server whose bounces you gave"));
	else
		sources(t);
	if (i->lifted == 0) {
		rep_buf_printf(
		    t->b, "%s %s.", how == 3 ? " so far, at" : " since", rep_when(since, when));
		return;
	}
	rep_buf_printf(t->b, " from %s", rep_when(since, when));
	rep_buf_printf(t->b, " to %s.", rep_when(refused_last(t), when));
	rep_buf_printf(t->b, " %s message%s accepted since %s, none refused: it looks lifted.",
	    rep_out_number(i->lifted, n1), i->lifted == 1 ? " was" : "s were",
	    rep_when(i->lifted_s, when));
}

/* The stream that lost most, an urgent one before all others. 0: none has a name. */
static uint32_t
hit_hardest(const struct head *t, uint64_t *lost)
{
	uint32_t stream = 0;
	bool urgent = false;

	*lost = 0;
	for (size_t k = 0; k < t->group[0]->streams_n; k++) {
		uint32_t name = t->group[0]->streams[k].stream;
		bool is = rep_stream_urgent(&t->s->in, name);
		uint64_t sum = 0;

		for (size_t n = 0; n < t->n; n++)
			for (size_t m = 0; m < t->group[n]->streams_n; m++)
				if (t->group[n]->streams[m].stream == name)
					sum += t->group[n]->streams[m].bounced +
					    t->group[n]->streams[m].deferred;
		if (sum > 0 && (is > urgent || (is == urgent && sum > *lost)) && name != 0 &&
		    name != REP_OTHER_STREAMS) {
			urgent = is;
			*lost = sum;
			stream = name;
		}
	}
	return stream;
}

/* "Google, Orange and 3 more still accept your mail." */
static void
still_accepted(struct head *t)
{
	enum { NAMED = 4 };
	struct rep_str named[NAMED];
	size_t all = 0, told;

	for (size_t c = 0; c < t->v->cells_n; c++) {
		const struct rep_cell *x = &t->v->cells[c];

		if (x->folded || x->key.label != cell(t, t->group[0])->key.label ||
		    x->state != REP_STATE_WELL || x->key.provider_domain != 0 ||
		    rep_str_eq(rep_name(&t->s->in.names, x->key.provider), REP_S("other")))
			continue;
		if (all < NAMED)
			named[all] = rep_provider_text(&t->s->in, &x->key, t->s->arena);
		all++;
	}
	told = all < NAMED ? all : NAMED;
	for (size_t k = 0; k < told; k++)
		rep_buf_printf(t->b, "%s%.*s",
		    k == 0	      ? " "
			: k + 1 < all ? ", "
				      : " and ",
		    REP_PR(named[k]));
	if (all > told)
		rep_buf_printf(t->b, " and %zu more", all - told);
	if (all > 0)
		rep_buf_printf(t->b, " still accept%s your mail.", all == 1 ? "s" : "");
}

/* What its own server holds is no refusal, and nothing of it is lost yet. */
static void
held(struct head *t)
{
	const struct rep_cell_key *k = &cell(t, t->group[0])->key;
	struct rep_waiting_sum w;
	char n1[32], when[48];

	if (!rep_waiting_for(&t->s->in, rep_name(&t->s->in.names, k->provider),
		rep_name(&t->s->in.names, k->provider_domain), true, &w))
		return;
	rep_buf_printf(t->b, " %s message%s held by your own server",
	    rep_out_number(w.messages, n1), w.messages == 1 ? " is" : "s are");
	if (w.since_s != 0)
		rep_buf_printf(t->b, " since %s", rep_when(w.since_s, when));
	rep_buf_add(t->b, REP_S(", not refused."));
}

static void
losses(struct head *t)
{
	uint64_t bounced = 0, deferred = 0, top;
	uint32_t stream = hit_hardest(t, &top);
	char n1[32], n2[32], n3[32];

	for (size_t n = 0; n < t->n; n++) {
		bounced += last(t->group[n])->bounced;
		deferred += last(t->group[n])->deferred;
	}
	if (bounced > 0)
		rep_buf_printf(
		    t->b, "%s message%s bounced", rep_out_number(bounced, n1), rep_plural(bounced));
	if (deferred > 0)
		rep_buf_printf(t->b, "%s%s attempt%s %s deferred", bounced > 0 ? " and " : "",
		    rep_out_number(deferred, n2), rep_plural(deferred),
		    deferred == 1 ? "was" : "were");
	if (bounced + deferred > 0)
		rep_buf_add(t->b, REP_S(" so far"));
	if (stream != 0) {
		struct rep_str name = rep_name(&t->s->in.names, stream);

		bool empty = rep_str_starts(name, REP_S("<>/"));

		rep_buf_printf(t->b, ", %s%s %s%.*s%s",
		    bounced + deferred == 1	    ? ""
			: top == bounced + deferred ? "all"
						    : rep_out_number(top, n3),
		    bounced + deferred == 1 ? "of" : " of them",
		    empty ? "with an empty sender, " : "", REP_PR(name),
		    rep_stream_urgent(&t->s->in, stream) ? " (urgent)" : "");
	}
	if (bounced + deferred > 0)
		rep_buf_addc(t->b, '.');
	held(t);
	if (rep_incident_open(t->group[0]))
		still_accepted(t);
}

/* When it ends by itself, a sentence. n == 0: nobody says that it does. */
static struct rep_str
ends(const struct rep_incident *i, int64_t now_s, struct rep_arena *a)
{
	char when[48];

	if (i->ends_s == 0)
		return (struct rep_str){ "", 0 };
	return rep_arena_printf(a,
	    i->ends_s > now_s
		? " It ends by itself, about %s at the latest, once its cause has stopped."
		: " It should have ended by itself about %s, but did not: its cause goes on.",
	    rep_when(i->ends_s, when));
}

/* Why, in a sentence. */
static void
cause(struct head *t)
{
	struct rep_str end = ends(t->group[0], t->s->in.now_s, t->s->arena);

	rep_out_sentence(t->b, rep_str_c(rep_why_cause(t->v, t->group[0])));
	rep_buf_addc(t->b, '.');
	rep_buf_add(t->b, end);
}

/* --- the first steps --------------------------------------------------------------------------- */

/* Cut at a word, so that the line has at most `room` columns. */
static struct rep_str
cut_at_word(struct rep_str s, size_t room)
{
	size_t at = 0, columns = 0, end = 0;

	if (rep_out_columns(s) <= room)
		return s;
	for (; at < s.n && columns + 4 <= room; at++) {
		if (s.p[at] == ' ')
			end = at;
		columns += ((unsigned char)s.p[at] & 0xc0) != 0x80;
	}
	return rep_str_sub(s, 0, end > 0 ? end : at);
}

static const char *
where_it_stands(const struct rep_next *next)
{
	if (next->text.n == 0)
		return next->url.n > 0 ? " (link below)" : "";
	return next->undo.n > 0 || next->commands ? " (commands below)" : " (text below)";
}

static void
first_steps(struct rep_buf *b, const struct rep_incident *i, bool below)
{
	size_t width = rep_out_width();

	for (size_t n = 0; n < i->next_n && n < STEPS; n++) {
		const struct rep_next *next = &i->next[n];
		const char *where = below ? where_it_stands(next) : "";
		struct rep_str head = rep_advised_head(next->step);
		struct rep_str cut = cut_at_word(head, width - AT - strlen(where));

		if (cut.n == 0)
			continue;
		rep_buf_printf(b, "  %zu  ", n + 1);
		if (rep_str_eq(head, REP_S("find out more")))
			where = below ? " (how: below)" : "";
		rep_out_sentence(b, cut);
		rep_buf_printf(b, "%s%s\n", cut.n < head.n ? " ..." : "", where);
	}
}

static void
more_about(struct rep_buf *b, const struct rep_judge_in *in, const struct rep_incident *i,
    struct rep_arena *a)
{
	struct rep_str rule = rep_name(&in->names, i->rule);

	if (rule.n > 0)
		rep_out_wrap(b,
		    rep_arena_printf(
			a, "More about this reply: reputed explain %.*s\n", REP_PR(rule)),
		    0, 0);
}

/* --- all together -------------------------------------------------------------------------------- */

/* Writes what fn writes, wrapped. */
static void
wrapped(struct head *t, void (*fn)(struct head *), enum rep_paint paint)
{
	struct rep_buf *out = t->b, line;

	rep_buf_init(&line, 1 << 16);
	t->b = &line;
	fn(t);
	t->b = out;
	rep_buf_add(out, rep_str_c(rep_paint(paint)));
	rep_out_wrap(out, rep_buf_str(&line), 0, 0);
	rep_buf_add(out, rep_str_c(paint != REP_PLAIN ? rep_unpaint() : ""));
	rep_buf_addc(out, '\n');
	rep_buf_fini(&line);
}

static bool
begin(struct head *t)
{
	struct rep_arena *a = t->s->arena;

	t->firsts = rep_arena_alloc(a, t->n * sizeof *t->firsts);
	t->new_label = rep_arena_alloc(a, t->n);
	t->new_host = rep_arena_alloc(a, t->n);
	if (t->firsts == NULL || t->new_label == NULL || t->new_host == NULL)
		return false;
	mark_group(t);
	return true;
}

struct rep_str
rep_why_headline(const struct rep_verdict_set *s, const struct rep_incident *const *group, size_t n)
{
	struct head t = { .s = s, .v = &s->verdicts, .group = group, .n = n };
	struct rep_str line, none = { NULL, 0 };
	struct rep_buf b;
	size_t end;

	if (!begin(&t))
		return none;
	rep_buf_init(&b, 1 << 16);
	t.b = &b;
	headline(&t);
	line = rep_buf_str(&b);
	end = rep_str_find(line, REP_S(". "), 0);
	line = rep_str_sub(line, 0, end);
	if (rep_str_ends(line, REP_S(".")))
		line.n--;
	line = b.full ? none : rep_arena_dup(s->arena, line);
	rep_buf_fini(&b);
	return line;
}

void
rep_why_summary(struct rep_buf *b, const struct rep_verdict_set *s,
    const struct rep_incident *const *group, size_t n, bool below)
{
	struct head t = { .b = b, .s = s, .v = &s->verdicts, .group = group, .n = n };

	if (!begin(&t)) {
		b->full = true;
		return;
	}
	wrapped(&t, headline, REP_BOLD);
	wrapped(&t, losses, REP_PLAIN);
	if (!below)
		first_steps(b, group[0], below);
	wrapped(&t, cause, REP_PLAIN);
	if (below)
		first_steps(b, group[0], below);
	more_about(b, &s->in, group[0], s->arena);
}
