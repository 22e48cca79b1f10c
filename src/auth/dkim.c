/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/dkim_inside.h"

const char *
rep_dkim_result_text(enum rep_dkim_result r)
{
	static const char *const text[] = { "none", "pass", "fail", "policy", "neutral",
		"temperror", "permerror" };

	return text[r];
}

const char *
rep_dkim_cause_text(enum rep_dkim_cause c)
{
	static const char *const text[] = { NULL, "body-changed", "header-changed", "wrong-key",
		"header-changed-or-wrong-key", "no-key", "key-unusable", "syntax", "expired", "dns",
		"not-acceptable" };

	return text[c];
}

static bool
oversigned(const struct rep_message *m, struct rep_str list, struct rep_str name)
{
	struct rep_str w;
	size_t here = 0, there = 0;

	while (rep_tag_word(&list, ':', &w))
		here += rep_str_eq_nocase(w, name);
	for (size_t i = 0; i < m->n; i++)
		there += rep_str_eq_nocase(m->field[i].name, name);
	return here > there;
}

static void
one(struct verify *w, size_t field, struct rep_dkim_signature *s)
{
	struct signature_bytes b;
	struct rep_tags tags;
	EVP_PKEY_CTX *key;

	s->field = field;
	s->understood = rep_dkim_signature_parse(w->m->field[field].value, false, w->a, s);
	if (!s->understood)
		return;
	s->from_oversigned = oversigned(w->m, s->headers, REP_S("from"));
	if (rep_tags_parse(w->m->field[field].value, &tags, NULL) != REP_OK ||
	    !rep_dkim_bytes(&tags, false, &b)) {
		(void)rep_dkim_say(s, REP_DKIM_PERMERROR, REP_DKIM_CAUSE_SYNTAX,
		    REP_S("b= or bh= is not base64 of the right length"));
		return;
	}
	if (s->expires_s >= 0 && s->expires_s < w->now_s) {
		(void)rep_dkim_say(s, REP_DKIM_PERMERROR, REP_DKIM_CAUSE_EXPIRED,
		    REP_S("the signature has expired (x=)"));
		return;
	}
	if ((key = rep_dkim_key_get(w, s)) == NULL)
		return;
	rep_dkim_check_one(w, s, &b, key);
	rep_dkim_key_done(w);
}

bool
rep_dkim_verify(const struct rep_message *m, int64_t now_s, const struct rep_dns_view *v,
    struct rep_dkim_keys *keys, struct rep_arena *a, struct rep_dkim_check *out)
{
	struct verify w = { .m = m, .view = v, .keys = keys, .a = a, .now_s = now_s };

	*out = (struct rep_dkim_check){ .n = 0 };
	for (size_t i = 0; i < m->n; i++) {
		if (!rep_str_eq_nocase(m->field[i].name, REP_S("DKIM-Signature")))
			continue;
		if (out->n == REP_DKIM_MAX_SIGNATURES)
			out->skipped++;
		else
			one(&w, i, &out->v[out->n++]);
	}
	rep_arc_verify(&w, &out->arc);
	return !w.pending;
}
