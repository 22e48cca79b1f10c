/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/replay_show.h"
#include "base/time.h"
#include "cli/out.h"
#include "engine/replay.h"

static const char *const fates[] = { "same", "changed", "gone", "new" };

/* --- in words ------------------------------------------------------------------------------------------ */

/* Part n of a key, between its bars. */
static struct rep_str
part(struct rep_str key, size_t n)
{
	for (; n > 0; n--) {
		size_t bar = rep_str_chr(key, '|', 0);

		key = rep_str_sub(key, bar == SIZE_MAX ? key.n : bar + 1, key.n);
	}
	return rep_str_sub(key, 0, rep_str_chr(key, '|', 0));
}

static struct rep_str
source_of(const struct rep_replayed *x, struct rep_str key, char ip[REP_IP_TEXT])
{
	struct rep_str label = part(key, 0);

	for (size_t i = 0; i < x->set.in.labels_n; i++)
		if (rep_str_eq(rep_name(&x->set.in.names, x->set.in.labels[i].label), label))
			return rep_source_text(&x->set.in, x->set.in.labels[i].label, ip);
	return label;
}

static bool
asked_for(const struct rep_replayed *x, const struct rep_replayed_line *l, struct rep_str what)
{
	char ip[REP_IP_TEXT];
	uint64_t number;

	if (what.n == 0)
		return true;
	if (rep_str_u64(what, INT64_MAX, &number))
		return l->incident == (int64_t)number;
	return rep_str_eq_nocase(what, part(l->key, 0)) ||
	    rep_str_eq_nocase(what, part(l->key, 2)) || rep_str_eq_nocase(what, part(l->key, 3)) ||
	    rep_str_eq_nocase(what, source_of(x, l->key, ip));
}

/* "0.4700" becomes "0.47 (cannot tell)", seconds become a time. The rest stays as it is. */
static struct rep_str
shown(const struct rep_replayed *x, const struct rep_told_change *c, struct rep_str value)
{
	char t[REP_TIME_TEXT];
	uint64_t n;

	if (value.n == 0)
		return REP_S("not there");
	if (rep_str_starts(c->name, REP_S("cause.")) && value.n == 6)
		return rep_arena_printf(x->set.arena, "%.4s (%s)", value.p,
		    rep_probability_words(x->set.in.weights,
			(double)(value.p[0] - '0') + (value.p[2] - '0') / 10.0 +
			    (value.p[3] - '0') / 100.0 + (value.p[4] - '0') / 1000.0));
	if ((rep_str_eq(c->name, REP_S("since")) || rep_str_eq(c->name, REP_S("until"))) &&
	    rep_str_u64(value, INT64_MAX, &n))
		return n == 0 ? REP_S("open")
			      : rep_arena_printf(x->set.arena, "%s", rep_time_text((int64_t)n, t));
	return value;
}

static void
changes_text(struct rep_buf *b, const struct rep_replayed *x, const struct rep_replayed_line *l)
{
	for (size_t n = 0; n < l->n && n < REP_REPLAY_CHANGES; n++) {
		const struct rep_told_change *c = &l->changes[n];
		struct rep_str name = c->name, was = shown(x, c, c->before);
		struct rep_str is = shown(x, c, c->after);

		if (rep_str_eq(name, REP_S("key")))
			continue;
		if (rep_str_starts(name, REP_S("cause.")))
			name = rep_str_sub(name, 6, name.n);
		rep_buf_printf(
		    b, "    %.*s: was %.*s, is %.*s\n", REP_PR(name), REP_PR(was), REP_PR(is));
	}
	if (l->n > REP_REPLAY_CHANGES)
		rep_buf_printf(b, "    and %zu more changes\n", l->n - REP_REPLAY_CHANGES);
}

static void
line_text(struct rep_buf *b, const struct rep_replayed *x, const struct rep_replayed_line *l)
{
	static const char *const words[] = { "", "would be different today",
		"would not be found today", "would be found today, and was not before" };
	char ip[REP_IP_TEXT];
	struct rep_str source = source_of(x, l->key, ip);
	struct rep_str to = rep_str_or(part(l->key, 3), part(l->key, 2));

	rep_buf_add(b, REP_S("  "));
	if (l->incident != 0)
		rep_buf_printf(b, "incident %lld, ", (long long)l->incident);
	rep_buf_printf(b, "%.*s at %.*s: %s\n", REP_PR(source), REP_PR(to), words[l->fate]);
	changes_text(b, x, l);
}

static struct rep_str
rule_name(const struct rep_replayed *x, uint32_t rule)
{
	return rep_str_or(rep_name(&x->count.names, rule), REP_S("no rule"));
}

/* What has changed since then, one line each. */
static void
reasons_text(struct rep_buf *b, const struct rep_replayed *x)
{
	char n1[32], n2[32], t[REP_TIME_TEXT];
	size_t before = b->n;

	if (x->rules) {
		rep_buf_printf(b,
		    "  why: the rules have changed: %s of %s replies are read differently\n",
		    rep_out_number(x->count.differ, n1), rep_out_number(x->count.facts, n2));
		for (size_t k = 0; k < x->count.rules_n; k++) {
			struct rep_str was = rule_name(x, x->count.rules[k].was);
			struct rep_str is = rule_name(x, x->count.rules[k].is);

			rep_buf_printf(b, "       %.*s, now %.*s (%s)\n", REP_PR(was), REP_PR(is),
			    rep_out_number(x->count.rules[k].n, n1));
		}
	}
	if (x->weights)
		rep_buf_add(b, REP_S("  why: the weights have changed\n"));
	if (x->sources)
		rep_buf_add(b,
		    REP_S("  why: your known addresses have changed (learnt, stated or "
			  "configured)\n"));
	if (x->found)
		rep_buf_add(b, REP_S("  why: the results of reputed check have changed\n"));
	if (x->reports)
		rep_buf_add(b, REP_S("  why: DMARC reports that it was based on have changed\n"));
	if (x->program)
		rep_buf_add(b, REP_S("  why: reputed itself has another version\n"));
	if (x->late > 0)
		rep_buf_printf(b,
		    "  why: %s deliveries from before that moment were read after "
		    "it\n",
		    rep_out_number((uint64_t)x->late, n1));
	if (b->n == before)
		rep_buf_printf(b,
		    "  why: nothing that is stored explains it; for days before %.10s only counts "
		    "are stored\n",
		    rep_time_text(x->count.hours_from_s, t));
}

static void
again_text(struct rep_buf *b, const struct rep_replayed *x, struct rep_str what)
{
	size_t all = 0, other = 0;
	char t[REP_TIME_TEXT], n1[32], n2[32];

	for (size_t n = 0; n < x->lines_n; n++) {
		all += asked_for(x, &x->lines[n], what);
		other += asked_for(x, &x->lines[n], what) && x->lines[n].fate != REP_REPLAYED_SAME;
	}
	rep_buf_printf(b, "Verdict of %s, %zu incident%s: ", rep_time_text(x->told[0].now_s, t),
	    all, rep_plural(all));
	if (other == 0)
		rep_buf_add(b, REP_S("the same today"));
	else
		rep_buf_printf(b, "%zu would be different today", other);
	rep_buf_printf(b, " (%s single facts judged again", rep_out_number(x->count.facts, n1));
	if (x->count.only_counted > 0)
		rep_buf_printf(
		    b, ", %s known only as counts", rep_out_number(x->count.only_counted, n2));
	rep_buf_add(b, REP_S(")\n"));
	if (x->count.facts == 0)
		rep_buf_add(b,
		    REP_S("  no single fact is kept (--rollups-only, or older than 90 days): only "
			  "the weights and the configuration were tried again, not the rules\n"));
	if (other == 0)
		return;
	for (size_t n = 0; n < x->lines_n; n++)
		if (x->lines[n].fate != REP_REPLAYED_SAME && asked_for(x, &x->lines[n], what))
			line_text(b, x, &x->lines[n]);
	reasons_text(b, x);
}

/* --- as JSON --------------------------------------------------------------------------------------------- */

static void
line_json(struct rep_json *j, const struct rep_replayed *x, const struct rep_replayed_line *l)
{
	char ip[REP_IP_TEXT];

	rep_json_obj(j, NULL);
	if (l->incident != 0)
		rep_json_int(j, "id", l->incident);
	else
		rep_json_null(j, "id");
	rep_json_str(j, "source", source_of(x, l->key, ip));
	rep_json_str(j, "source_label", part(l->key, 0));
	rep_json_str(j, "provider", part(l->key, 2));
	rep_json_str_or_null(j, "provider_domain", part(l->key, 3));
	rep_json_cstr(j, "verdict", fates[l->fate]);
	rep_json_arr(j, "changes");
	for (size_t n = 0; n < l->n && n < REP_REPLAY_CHANGES; n++) {
		rep_json_obj(j, NULL);
		rep_json_str(j, "what", l->changes[n].name);
		rep_json_str_or_null(j, "before", l->changes[n].before);
		rep_json_str_or_null(j, "after", l->changes[n].after);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	rep_json_end_obj(j);
}

static void
again_json(struct rep_json *j, const struct rep_replayed *x, struct rep_str what)
{
	rep_json_obj(j, NULL);
	rep_json_time(j, "told", x->told[0].now_s);
	rep_json_obj(j, "facts");
	rep_json_int(j, "read", (int64_t)x->count.facts);
	rep_json_int(j, "read_differently", (int64_t)x->count.differ);
	rep_json_int(j, "only_counted", (int64_t)x->count.only_counted);
	rep_json_int(j, "late", x->late > 0 ? x->late : 0);
	rep_json_end_obj(j);
	rep_json_obj(j, "changed");
	rep_json_bool(j, "rules", x->rules);
	rep_json_bool(j, "weights", x->weights);
	rep_json_bool(j, "sources", x->sources);
	rep_json_bool(j, "found", x->found);
	rep_json_bool(j, "reports", x->reports);
	rep_json_bool(j, "program", x->program);
	rep_json_end_obj(j);
	rep_json_arr(j, "readings");
	for (size_t k = 0; k < x->count.rules_n; k++) {
		rep_json_obj(j, NULL);
		rep_json_str_or_null(j, "before", rep_name(&x->count.names, x->count.rules[k].was));
		rep_json_str_or_null(j, "after", rep_name(&x->count.names, x->count.rules[k].is));
		rep_json_int(j, "facts", (int64_t)x->count.rules[k].n);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	rep_json_arr(j, "incidents");
	for (size_t n = 0; n < x->lines_n; n++)
		if (asked_for(x, &x->lines[n], what))
			line_json(j, x, &x->lines[n]);
	rep_json_end_arr(j);
	rep_json_end_obj(j);
}

/* --- all together ------------------------------------------------------------------------------------------ */

struct replay_showing {
	struct rep_buf *out;
	struct rep_json *j; /* NULL: write text */
	struct rep_str what;
	size_t shown, changed;
};

static enum rep_rc
on_replayed(void *ctx, const struct rep_replayed *x, struct rep_err *err)
{
	struct replay_showing *s = ctx;

	(void)err;
	s->shown++;
	for (size_t k = 0; k < x->lines_n; k++)
		s->changed +=
		    x->lines[k].fate != REP_REPLAYED_SAME && asked_for(x, &x->lines[k], s->what);
	if (s->j != NULL)
		again_json(s->j, x, s->what);
	else
		again_text(s->out, x, s->what);
	return REP_OK;
}

enum rep_rc
rep_replay_show(struct rep_cli *c, const struct rep_know *know, struct rep_store *store,
    struct rep_str what, struct rep_buf *out, size_t *changed, struct rep_err *err)
{
	struct replay_showing s = { .out = out, .what = what };
	struct rep_json j;
	enum rep_rc rc;

	rep_json_init(&j, out);
	if (c->json) {
		s.j = &j;
		rep_json_obj(&j, NULL);
		rep_json_arr(&j, "recordings");
	}
	rc = rep_replay(&c->session, know, store, on_replayed, &s, err);
	if (c->json) {
		rep_json_end_arr(&j);
		rep_json_end_obj(&j);
		rep_buf_addc(out, '\n');
	} else if (s.shown == 0 && rc == REP_OK) {
		rep_buf_add(out,
		    REP_S("No verdict is stored yet. Each ingest stores its verdicts; the last "
			  "eight are kept.\n"));
	}
	*changed = s.changed;
	return rc;
}
