/* SPDX-License-Identifier: Apache-2.0 */
#include "steer/soften.h"
#include "mail/softened.h"

/* Refusals of the client: what Postfix says behind a reply (smtp(8), smtp_trouble). */
static const char client_refused[] = "if /^5\\.[0-9]+\\.[0-9]+ host [^ ]+ said: 5.*"
				     "\\(in reply to (EHLO|HELO|MAIL FROM) command\\)$/\n";

static const unsigned client_stages =
    1u << REP_STAGE_CONNECT | 1u << REP_STAGE_EHLO | 1u << REP_STAGE_MAIL;

static bool
refuses_the_client(const struct rep_rule *r)
{
	if (r->class != REP_CLASS_BLOCKED && r->class != REP_CLASS_LISTED)
		return false;
	if (r->stages != 0 && (r->stages & client_stages) == 0)
		return false;
	switch (r->scope) {
	case REP_SCOPE_SOURCE:
	case REP_SCOPE_SOURCE_OR_SUBNET:
	case REP_SCOPE_SUBNET:
	case REP_SCOPE_RANGE: return r->tokens_n + r->texts_n > 0 && r->speaker != REP_SPEAKER_OWN;
	default: return false;
	}
}

/* "550|5[0-9][0-9]"; n == 0 of them is any 5xx. False: the rule is of other codes. */
static bool
put_codes(const struct rep_rule *r, struct rep_buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < r->codes_n; i++) {
		const struct rep_code_set *c = &r->codes[i];

		if (c->d[0] != 5 && c->d[0] != -1)
			continue;
		rep_buf_add(b, n++ > 0 ? REP_S("|5") : REP_S("5"));
		for (int k = 1; k < 3; k++)
			if (c->d[k] < 0)
				rep_buf_add(b, REP_S("[0-9]"));
			else
				rep_buf_printf(b, "%d", c->d[k]);
	}
	if (r->codes_n == 0)
		rep_buf_add(b, REP_S("5[0-9][0-9]"));
	return n > 0 || r->codes_n == 0;
}

static void
put_number(struct rep_buf *b, int n)
{
	if (n < 0)
		rep_buf_add(b, REP_S("[0-9]+"));
	else
		rep_buf_printf(b, "%d", n);
}

/* "(5\.7\.(1|606|607))" of those that the rule names. Returns how many; 0: it names none of class 5. */
static size_t
put_enhanced(const struct rep_rule *r, struct rep_buf *b)
{
	size_t n = 0;

	rep_buf_addc(b, '(');
	for (size_t i = 0; i < r->enhs_n; i++) {
		const struct rep_enh_set *e = &r->enhs[i];
		int to = e->detail_from < 0 ? e->detail_from : e->detail_to;

		if (e->class != 5 && e->class >= 0)
			continue;
		rep_buf_add(b, n++ > 0 ? REP_S("|5\\.") : REP_S("5\\."));
		put_number(b, e->subject);
		rep_buf_add(b, REP_S("\\.("));
		for (int d = e->detail_from; d <= to; d++) {
			if (d > e->detail_from)
				rep_buf_addc(b, '|');
			put_number(b, d);
		}
		rep_buf_addc(b, ')');
	}
	rep_buf_addc(b, ')');
	return n;
}

/* Hosts under the names of the provider's MX; of anybody else's rule, any. False: it has more of them than are kept. */
static bool
put_host(const struct rep_know *know, const struct rep_rule *r, bool token, struct rep_buf *b)
{
	const struct rep_provider *p = r->speaker == REP_SPEAKER_PROVIDER && !token
	    ? rep_provider_by_id(rep_know_providers(know), r->speaker_id)
	    : NULL;

	if (r->speaker == REP_SPEAKER_PROVIDER && !token &&
	    (p == NULL || p->mx_n == 0 || p->mx_n > REP_MX_MAX))
		return false;
	/* A name of one's own, or any name below it (know/provider.h). */
	rep_buf_add(b, p == NULL ? REP_S("host [^ ]*") : REP_S("host ([^ ]*\\.)?"));
	for (size_t i = 0; p != NULL && i < p->mx_n; i++) {
		rep_buf_addc(b, i == 0 ? '(' : '|');
		for (size_t k = p->mx[i].n > 0 && p->mx[i].p[0] == '.' ? 1 : 0; k < p->mx[i].n; k++)
			if (p->mx[i].p[k] == '.')
				rep_buf_add(b, REP_S("\\."));
			else if (p->mx[i].p[k] == '*')
				rep_buf_add(b, REP_S("[^. ]+"));
			else
				rep_buf_addc(b, p->mx[i].p[k]);
	}
	rep_buf_add(b, p == NULL ? REP_S("\\[[^ ]+ said: ") : REP_S(")\\[[^ ]+ said: "));
	return true;
}

/* One line: a token (pattern NULL), or a text. False: there is none of it. */
static bool
put_line(const struct rep_know *know, const struct rep_rule *r, const struct rep_token *token,
    const struct rep_pattern *pattern, struct rep_buf *b)
{
	size_t begin = b->n;
	bool fine;

	rep_buf_add(b, REP_S("/^[^ ]+ ("));
	fine = put_host(know, r, token != NULL, b);
	rep_buf_addc(b, '(');
	fine = put_codes(r, b) && fine;
	rep_buf_add(b, REP_S(")[ -]+"));
	/* An enhanced code is one of the rule's, or there is none. */
	rep_buf_addc(b, '(');
	if (r->enhs_n > 0)
		fine = put_enhanced(r, b) > 0 && fine;
	else
		rep_buf_add(b, REP_S("[0-9]\\.[0-9]+\\.[0-9]+"));
	if (pattern != NULL && rep_pattern_anchored(pattern))
		rep_buf_add(b, REP_S("[ -]+)?"));
	else
		rep_buf_add(b, r->enhs_n > 0 ? REP_S("[ -]+.*|[^0-9 ].*)?") : REP_S("[ -]+)?.*"));
	if (token != NULL)
		rep_token_regex(token->folded, b);
	else
		rep_pattern_regex(pattern, b);
	rep_buf_add(b, REP_S(".*)$/ " REP_SOFTENED_STATUS " " REP_SOFTENED_MARK " $1\n"));
	if (!fine)
		rep_buf_cut(b, begin);
	return fine;
}

static size_t
put_rule(const struct rep_know *know, const struct rep_rule *r, struct rep_buf *b)
{
	size_t n = 0, begin = b->n;

	rep_buf_printf(b, "# %.*s\n", REP_PR(r->id));
	for (size_t i = 0; i < r->unless_n; i++) {
		rep_buf_add(b, REP_S("if !/"));
		rep_pattern_regex(r->unless[i], b);
		rep_buf_add(b, REP_S("/\n"));
	}
	for (size_t i = 0; i < r->tokens_n; i++)
		n += put_line(know, r, &r->tokens[i], NULL, b);
	for (size_t i = 0; i < r->texts_n; i++)
		n += put_line(know, r, NULL, r->texts[i], b);
	for (size_t i = 0; i < r->unless_n; i++)
		rep_buf_add(b, REP_S("endif\n"));
	if (n == 0)
		rep_buf_cut(b, begin);
	return n;
}

size_t
rep_soften_table(const struct rep_know *know, struct rep_buf *out)
{
	size_t n = 0;

	rep_buf_add(out,
	    REP_S(
		"# Made by reputed steer: refusals of this server that wait instead of bouncing (regexp_table(5)).\n"
		"# It is made anew by each reputed steer postfix enable. Do not edit it.\n"));
	rep_buf_add(out, rep_str_c(client_refused));
	for (size_t i = 0; i < rep_know_rules_n(know); i++)
		if (refuses_the_client(rep_know_rule_at(know, i)))
			n += put_rule(know, rep_know_rule_at(know, i), out);
	rep_buf_add(out, REP_S("endif\n"));
	return n;
}
