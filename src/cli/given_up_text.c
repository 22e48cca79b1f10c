/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/given_up_text.h"
#include "cli/out.h"

enum { TOLD_MAX = 8, INDENT = 2 };

static bool
is_asked(
    const struct rep_asked *asked, const struct rep_verdict_set *s, const struct rep_given_up *r)
{
	return asked == NULL || asked->word.n == 0 ||
	    rep_asked_provider(
		asked, rep_name(&s->in.names, r->provider), rep_name(&s->in.names, r->domain));
}

size_t
rep_given_up_count(const struct rep_verdict_set *s, const struct rep_asked *asked)
{
	size_t n = 0;

	for (size_t i = 0; i < s->given_up.n; i++)
		n += is_asked(asked, s, &s->given_up.v[i]);
	return n;
}

static struct rep_str
provider_text(const struct rep_verdict_set *s, const struct rep_given_up *r)
{
	struct rep_cell_key k = { .provider = r->provider, .provider_domain = r->domain };

	return rep_provider_text(&s->in, &k, s->arena);
}

/* ": 40 of shop.example/news, 3 of shop.example/reset" */
static void
streams(struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_given_up *r)
{
	bool first = true;
	char n1[32];

	for (size_t k = 0; k < REP_GIVEN_UP_STREAMS && r->streams[k].n > 0; k++) {
		struct rep_str name = rep_name(&s->in.names, r->streams[k].stream);

		if (name.n == 0)
			continue;
		rep_buf_printf(b, "%s%s of %.*s", first ? ": " : ", ",
		    rep_out_number(r->streams[k].n, n1), REP_PR(name));
		first = false;
	}
}

static void
tell(struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_given_up *r)
{
	struct rep_str p = provider_text(s, r);
	struct rep_buf line;
	char n1[32], when[48];

	rep_buf_init(&line, 1 << 14);
	rep_buf_printf(&line, "%s message%s to %.*s, the last at %s", rep_out_number(r->n, n1),
	    rep_plural(r->n), REP_PR(p), rep_when(r->last_s, when));
	streams(&line, s, r);
	rep_buf_addc(&line, '.');
	rep_buf_printf(b, "%*s", INDENT, "");
	rep_out_wrap(b, rep_buf_str(&line), INDENT, INDENT + 2);
	rep_buf_addc(b, '\n');
	rep_buf_fini(&line);
}

size_t
rep_given_up_text(struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_asked *asked)
{
	size_t told = 0, chosen = rep_given_up_count(s, asked);

	if (chosen == 0)
		return 0;
	rep_buf_printf(b, "\n%sLost by waiting%s%s\n", rep_paint(REP_BOLD), rep_unpaint(),
	    s->in.window_s != 0 ? ", in the last 7 days" : "");
	for (size_t i = 0; i < s->given_up.n && told < TOLD_MAX; i++) {
		if (!is_asked(asked, s, &s->given_up.v[i]))
			continue;
		tell(b, s, &s->given_up.v[i]);
		told++;
	}
	if (chosen > told)
		rep_buf_printf(b, "  and to %zu more: reputed why --json\n", chosen - told);
	rep_buf_add(b, REP_S("  "));
	rep_out_wrap(b,
	    REP_S(
		"They waited as long as your mail server keeps mail, and went back to their senders. "
		"What still matters has to be sent again. What waits now, and until when: reputed queue"),
	    INDENT, INDENT);
	rep_buf_addc(b, '\n');
	return told;
}

void
rep_given_up_line(struct rep_buf *b, const struct rep_verdict_set *s)
{
	char n1[32];

	if (s->given_up.all == 0)
		return;
	rep_out_wrap(b,
	    rep_arena_printf(s->arena, "Lost by waiting too long%s: %s message%s: reputed why",
		s->in.window_s != 0 ? ", in 7 days" : "", rep_out_number(s->given_up.all, n1),
		rep_plural(s->given_up.all)),
	    0, 2);
	rep_buf_addc(b, '\n');
}

void
rep_given_up_json(
    struct rep_json *j, const struct rep_verdict_set *s, const struct rep_asked *asked)
{
	rep_json_arr(j, "given_up");
	for (size_t i = 0; i < s->given_up.n; i++) {
		const struct rep_given_up *r = &s->given_up.v[i];

		if (!is_asked(asked, s, r))
			continue;
		rep_json_obj(j, NULL);
		rep_json_str(j, "provider", rep_name(&s->in.names, r->provider));
		rep_json_str_or_null(j, "provider_domain", rep_name(&s->in.names, r->domain));
		rep_json_int(j, "messages", (int64_t)r->n);
		rep_json_time(j, "first", r->first_s);
		rep_json_time(j, "last", r->last_s);
		rep_json_obj(j, "streams");
		for (size_t k = 0; k < REP_GIVEN_UP_STREAMS && r->streams[k].n > 0; k++) {
			struct rep_str name = rep_name(&s->in.names, r->streams[k].stream);

			rep_json_int_named(
			    j, name.n > 0 ? name : REP_S("(not known)"), (int64_t)r->streams[k].n);
		}
		rep_json_end_obj(j);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}
