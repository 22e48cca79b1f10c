/* reputed dnsbl IP. SPDX-License-Identifier: Apache-2.0 */
#include "cli/looks_show.h"
#include "cli/net.h"
#include "cli/out.h"
#include "engine/usage.h"

#include <stdio.h>

enum { OUT_MAX = 64 << 20 };

static const char *const states[] = { "clean", "listed", "unknown" };

/* What a row is about: the word of its worst code, else the purpose of the list. */
static const char *
kind_of(const struct rep_sweep_hit *h)
{
	if (h->state == REP_SWEEP_LISTED)
		return rep_list_word_text(h->word);
	if (h->list->kind == REP_LIST_ALLOW)
		return rep_list_word_text(REP_LIST_GOOD);
	return rep_list_word_text(h->list->codes > 0 ? h->list->code[0].word : REP_LIST_ABUSE);
}

static void
hit_json(struct rep_json *j, const struct rep_sweep_hit *h)
{
	char code[16];

	rep_json_obj(j, NULL);
	rep_json_str(j, "zone", h->zone);
	rep_json_str(j, "name", h->list->name);
	rep_json_cstr(j, "state", states[h->state]);
	rep_json_arr(j, "codes");
	for (size_t i = 0; i < h->codes; i++) {
		snprintf(code, sizeof code, "%u.%u.%u.%u", h->code[i] >> 24, h->code[i] >> 16 & 255,
		    h->code[i] >> 8 & 255, h->code[i] & 255);
		rep_json_cstr(j, NULL, code);
	}
	rep_json_end_arr(j);
	rep_json_str_or_null(j, "means", h->means);
	rep_json_str_or_null(j, "text", h->text);
	rep_json_cstr(j, "scope", rep_list_scope_text(h->list->scope));
	rep_json_cstr(j, "kind", kind_of(h));
	if (h->list->tier < REP_LIST_INFO)
		rep_json_int(j, "tier", h->list->tier);
	else
		rep_json_null(j, "tier");
	rep_json_str_or_null(j, "why", h->why);
	rep_json_str_or_null(
	    j, "delist", h->state == REP_SWEEP_LISTED ? h->list->delist : REP_S(""));
	rep_json_end_obj(j);
}

static void
as_json(struct rep_buf *b, const struct rep_sweep *s, const struct rep_looks *k)
{
	struct rep_json j;

	rep_json_init(&j, b);
	rep_json_obj(&j, NULL);
	rep_json_str(&j, "ip", s->subject[0].text);
	rep_json_arr(&j, "zones");
	for (size_t i = 0; i < s->n; i++)
		hit_json(&j, &s->v[i].hit[0]);
	rep_json_end_arr(&j);
	rep_looks_json(&j, k);
	rep_json_end_obj(&j);
	rep_buf_addc(b, '\n');
}

enum { STATE = 9, ZONE = 40, NARROW = 80 };

/*
 * The columns of state and zone, and the text beside them: below them where the window is narrow. A
 * long zone pushes the text to the right.
 */
static void
zone_row(struct rep_buf *b, const char *state, enum rep_paint paint, struct rep_str zone,
    struct rep_str text)
{
	size_t at = STATE + zone.n + 1;

	rep_buf_printf(b, "%s%-8s%s ", rep_paint(paint), state, rep_unpaint());
	if (rep_out_width() < NARROW) {
		rep_buf_printf(b, "%.*s\n%*s", REP_PR(zone), STATE, "");
		rep_out_wrap(b, text, STATE, STATE);
	} else {
		rep_buf_printf(b, "%-30.*s ", REP_PR(zone));
		rep_out_wrap(b, text, at > ZONE ? at : ZONE, ZONE);
	}
	rep_buf_addc(b, '\n');
}

static void
listed(struct rep_buf *b, const struct rep_sweep *s, const struct rep_sweep_hit *h,
    struct rep_str said, struct rep_arena *a)
{
	bool good = h->word == REP_LIST_GOOD, abuse = h->word == REP_LIST_ABUSE,
	     refused = rep_audit_refused_kind(h, said);
	struct rep_str todo;
	struct rep_buf line;

	rep_buf_init(&line, 1 << 16);
	rep_net_add(&line, h->means.n > 0 ? h->means : h->list->name);
	rep_buf_printf(&line, " (%s)\n", rep_list_scope_text(h->list->scope));
	if (h->text.n > 0) {
		rep_buf_add(&line, REP_S("they say: "));
		rep_net_add(&line, h->text);
		rep_buf_addc(&line, '\n');
	}
	if (h->list->note.n > 0 && (good || h->list->scope != REP_LIST_ADDRESS))
		rep_buf_printf(&line, "%.*s\n", REP_PR(h->list->note));
	if (abuse && h->list->delist.n > 0)
		rep_buf_printf(&line, "after the cause is fixed: %.*s\n", REP_PR(h->list->delist));
	if (refused) {
		todo = rep_audit_policy_words(a, h, s->subject[0].text);
		rep_buf_printf(&line,
		    "receivers that use %.*s refuse mail from such addresses\n%.*s\n",
		    REP_PR(h->list->name), REP_PR(todo));
	}
	zone_row(b,
	    good		   ? "allowed"
		: abuse || refused ? "listed"
				   : "policy",
	    good		   ? REP_GREEN
		: abuse || refused ? REP_RED
				   : REP_YELLOW,
	    h->zone, rep_str_trim(rep_buf_str(&line)));
	b->full |= line.full;
	rep_buf_fini(&line);
}

static bool
unknown_at(const struct rep_sweep *s, size_t i)
{
	const struct rep_sweep_hit *h = &s->v[i].hit[0];

	return h->state == REP_SWEEP_UNKNOWN && h->list->kind != REP_LIST_ALLOW;
}

/* The lists of which nothing is known. What is the same of many is one line. */
static void
unknown(struct rep_buf *b, const struct rep_sweep *s)
{
	enum { MANY = 4 };
	char many[32];

	for (size_t i = 0; i < s->n; i++) {
		const struct rep_sweep_hit *h = &s->v[i].hit[0];
		size_t same = 0, before = 0;

		if (!unknown_at(s, i))
			continue;
		for (size_t m = 0; m < s->n; m++)
			if (unknown_at(s, m) && rep_str_eq(s->v[m].hit[0].why, h->why)) {
				same++;
				before += m < i;
			}
		if (same >= MANY && before > 0)
			continue;
		snprintf(many, sizeof many, "%zu lists", same);
		zone_row(b, "unknown", REP_DIM, same >= MANY ? rep_str_c(many) : h->zone, h->why);
	}
}

static void
as_text(struct rep_buf *b, const struct rep_sweep *s, const struct rep_looks *k,
    struct rep_str said, struct rep_arena *a)
{
	unsigned clean = 0, refused = 0;
	struct rep_str why;
	bool rewrites;

	if (rep_sweep_blind(s, &why, &rewrites)) {
		rep_buf_printf(b, "Nothing is known of %.*s, because ", REP_PR(s->subject[0].text));
		rep_out_wrap(b, why, 30 + s->subject[0].text.n, 0);
		rep_buf_add(b, REP_S(".\n"));
	}

	for (int word = REP_LIST_ABUSE; word <= REP_LIST_GOOD; word++)
		for (size_t i = 0; i < s->n; i++)
			if (s->v[i].hit[0].state == REP_SWEEP_LISTED &&
			    (int)s->v[i].hit[0].word == word)
				listed(b, s, &s->v[i].hit[0], said, a);
	for (size_t i = 0; i < s->n; i++) {
		const struct rep_sweep_hit *h = &s->v[i].hit[0];

		clean += h->state == REP_SWEEP_CLEAN && h->list->kind != REP_LIST_ALLOW;
		refused += s->v[i].refused;
	}
	unknown(b, s);
	if (clean > 0)
		rep_buf_printf(b, "%sclean%s    %u list%s tested just now and working\n",
		    rep_paint(REP_GREEN), rep_unpaint(), clean, clean == 1 ? "," : "s, each");
	if (refused > 0) {
		rep_buf_printf(b, "\n%u list%s ", refused, refused == 1 ? " refuses" : "s refuse");
		rep_out_wrap(b,
		    REP_S(
			"your resolver: they do not answer public and cloud resolvers. To fix it, "
			"run your own: apt-get install unbound, then --server 127.0.0.1 (and "
			"nameserver 127.0.0.1 in /etc/resolv.conf). Or, for Spamhaus on EC2, get "
			"a free DQS key and put the line \"spamhaus-dqs KEY\" into the file "
			"list-keys."),
		    20, 0);
		rep_buf_addc(b, '\n');
	}
	rep_looks_text(b, k);
}

/* Looks at one of our own addresses are stored, with their history. */
static void
keep(struct rep_cli *c, const struct rep_sweep *s, struct rep_looks *k)
{
	static struct rep_findings f;

	rep_looks_init(k, c->arena, c->session.clock_s);
	rep_findings_init(&f, c->arena);
	rep_audit_lists(s, rep_looks_said(&c->session, c->arena), &f);
	rep_looks_lists(k, s);
	rep_looks_findings(k, &f, (struct rep_str){ "", 0 }, s);
	rep_looks_store(&c->session, k, &s->subject[0].ip);
}

static bool
trouble(const struct rep_sweep *s, struct rep_str said)
{
	for (size_t i = 0; i < s->n; i++)
		if (rep_audit_refused_kind(&s->v[i].hit[0], said) ||
		    (s->v[i].hit[0].state == REP_SWEEP_LISTED &&
			s->v[i].hit[0].word == REP_LIST_ABUSE))
			return true;
	return false;
}

/* True when no list could be asked. */
static bool
blind(const struct rep_sweep *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].hit[0].state != REP_SWEEP_UNKNOWN)
			return false;
	return true;
}

int
rep_cmd_dnsbl(struct rep_cli *c)
{
	static struct rep_sweep_subject subject;
	struct rep_resolver *r = NULL;
	struct rep_sweep *s = NULL;
	struct rep_looks k = { .stored = false };
	struct rep_str said;
	struct rep_buf b;
	bool dead;

	if (c->args_n == 2 &&
	    strcmp(c->args[0], "check") == 0) { /* as the other commands have it */
		c->args++;
		c->args_n--;
	}
	if (c->args_n != 1) {
		rep_cli_say("dnsbl IP");
		return REP_EXIT_USAGE;
	}
	if (!rep_cli_ip(c, c->args[0], &subject.ip))
		return REP_EXIT_USAGE;
	subject.text =
	    rep_arena_dup(c->arena, rep_str_c(rep_ip_text(&subject.ip, (char[REP_IP_TEXT]){ 0 })));
	if (!rep_cli_resolver(c, &r))
		return c->worst;
	said = rep_looks_said(&c->session, c->arena);
	if (rep_cli_sweep(c, r, &subject, 1, &s)) {
		dead = rep_cli_dns_dead(c, r, NULL);
		if (!dead)
			keep(c, s, &k);
		rep_buf_init(&b, OUT_MAX);
		if (c->json)
			as_json(&b, s, &k);
		else if (!dead)
			as_text(&b, s, &k, said, c->arena);
		if (!rep_out_flush(&b))
			rep_cli_note(c, REP_EXIT_FAILED);
		rep_buf_fini(&b);
		if (!dead && (trouble(s, said) || blind(s)))
			rep_cli_note(c, REP_EXIT_TROUBLE);
	}
	rep_cli_resolver_close(c, r);
	return c->worst;
}
