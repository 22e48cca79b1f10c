/* ARC, RFC 8617, 5.2: the chain of seals. SPDX-License-Identifier: Apache-2.0 */
#include "auth/dkim_inside.h"

enum { SEALED_MAX = 1 << 20 };

/* One ARC set: indices of its fields. SIZE_MAX: it has no such field. */
struct set {
	size_t results, signature, seal;
	struct rep_tags tags; /* of the seal */
};

static void
failed(struct rep_arc_result *out, struct rep_str why)
{
	out->result = REP_DKIM_FAIL;
	out->reason = why;
}

/* The i= of a field. In ARC-Authentication-Results it comes first. */
static unsigned
instance(struct rep_str value, bool results)
{
	const struct rep_str *i;
	struct rep_str first = value, w;
	struct rep_tags tags;
	uint64_t n;

	if (results) {
		if (!rep_tag_word(&first, ';', &w) || !rep_str_starts_nocase(w, REP_S("i")))
			return 0;
		w = rep_str_trim(rep_str_sub(w, 1, w.n));
		if (w.n == 0 || w.p[0] != '=')
			return 0;
		w = rep_str_trim(rep_str_sub(w, 1, w.n));
		return rep_str_u64(w, REP_ARC_MAX_SETS, &n) ? (unsigned)n : 0;
	}
	if (rep_tags_parse(value, &tags, NULL) != REP_OK || (i = rep_tag(&tags, "i")) == NULL)
		return 0;
	return rep_str_u64(*i, REP_ARC_MAX_SETS, &n) ? (unsigned)n : 0;
}

static bool
place(struct verify *w, struct set *set, size_t field, struct rep_arc_result *out)
{
	static const struct {
		const char *name;
		size_t at;
	} kinds[] = { { "ARC-Authentication-Results", offsetof(struct set, results) },
		{ "ARC-Message-Signature", offsetof(struct set, signature) },
		{ "ARC-Seal", offsetof(struct set, seal) } };

	for (size_t k = 0; k < REP_COUNT(kinds); k++) {
		unsigned i;
		size_t *slot;

		if (!rep_str_eq_nocase(w->m->field[field].name, rep_str_c(kinds[k].name)))
			continue;
		i = instance(w->m->field[field].value, k == 0);
		if (i == 0) {
			failed(out,
			    rep_arena_printf(
				w->a, "an %s has no number from 1 to 50", kinds[k].name));
			return false;
		}
		slot = (size_t *)((char *)&set[i - 1] + kinds[k].at);
		if (*slot != SIZE_MAX) {
			failed(out, rep_arena_printf(w->a, "set %u has two %s", i, kinds[k].name));
			return false;
		}
		*slot = field;
		if (i > out->sets)
			out->sets = i;
		return true;
	}
	return true;
}

/* Whether all sets are complete, and each seal says that the chain before it was valid. */
static bool
whole(struct verify *w, struct set *set, struct rep_arc_result *out)
{
	for (unsigned i = 0; i < out->sets; i++) {
		const struct rep_str *cv;

		if (set[i].results == SIZE_MAX || set[i].signature == SIZE_MAX ||
		    set[i].seal == SIZE_MAX) {
			failed(out, rep_arena_printf(w->a, "set %u is incomplete", i + 1));
			return false;
		}
		if (rep_tags_parse(w->m->field[set[i].seal].value, &set[i].tags, NULL) != REP_OK ||
		    (cv = rep_tag(&set[i].tags, "cv")) == NULL ||
		    !rep_str_eq_nocase(*cv, i == 0 ? REP_S("none") : REP_S("pass"))) {
			failed(out,
			    rep_arena_printf(w->a, "the seal of set %u does not say cv=%s", i + 1,
				i == 0 ? "none" : "pass"));
			return false;
		}
		if (rep_tag(&set[i].tags, "h") != NULL) {
			failed(out, rep_arena_printf(w->a, "the seal of set %u has an h=", i + 1));
			return false;
		}
	}
	return true;
}

static void
add_relaxed(struct rep_buf *out, const struct rep_field *f)
{
	rep_dkim_field(out, f, true);
	rep_buf_add(out, REP_S("\r\n"));
}

/* The bytes that a seal signs: sets 1 to n in order, the last seal without its b= (5.1.1). */
static void
sealed_bytes(struct verify *w, const struct set *set, unsigned n, struct rep_buf *out)
{
	const struct rep_field *seal = &w->m->field[set[n - 1].seal];
	struct rep_field own = *seal;
	struct rep_buf bare;

	for (unsigned i = 0; i < n; i++) {
		add_relaxed(out, &w->m->field[set[i].results]);
		add_relaxed(out, &w->m->field[set[i].signature]);
		if (i + 1 < n)
			add_relaxed(out, &w->m->field[set[i].seal]);
	}
	rep_buf_init(&bare, 1 << 18);
	rep_dkim_without_b(&bare, seal->value);
	own.value = rep_buf_str(&bare);
	rep_dkim_field(out, &own, true);
	rep_buf_fini(&bare);
}

static bool
seal_holds(struct verify *w, const struct set *set, unsigned n, struct rep_arc_result *out)
{
	struct rep_dkim_signature s = { .relaxed_header = true };
	const struct rep_str *d = rep_tag(&set[n - 1].tags, "d"),
			     *sel = rep_tag(&set[n - 1].tags, "s"),
			     *a = rep_tag(&set[n - 1].tags, "a");
	struct signature_bytes b;
	struct rep_buf bytes;
	EVP_PKEY_CTX *key;
	bool good;

	if (d == NULL || sel == NULL || a == NULL || !rep_dkim_bytes(&set[n - 1].tags, true, &b)) {
		failed(out, rep_arena_printf(w->a, "the seal of set %u lacks a=, b=, d= or s=", n));
		return false;
	}
	s.domain = *d;
	s.selector = *sel;
	s.ed25519 = rep_str_eq_nocase(*a, REP_S("ed25519-sha256"));
	if (!s.ed25519 && !rep_str_eq_nocase(*a, REP_S("rsa-sha256"))) {
		failed(out, rep_arena_printf(w->a, "the seal of set %u has an unknown a=", n));
		return false;
	}
	if ((key = rep_dkim_key_get(w, &s)) == NULL) {
		failed(
		    out, rep_arena_printf(w->a, "the seal of set %u: %.*s", n, REP_PR(s.reason)));
		if (s.result == REP_DKIM_TEMPERROR)
			out->result = REP_DKIM_TEMPERROR;
		return false;
	}
	rep_buf_init(&bytes, SEALED_MAX);
	sealed_bytes(w, set, n, &bytes);
	good = !bytes.full && rep_dkim_holds(&s, key, &b, rep_buf_str(&bytes));
	rep_buf_fini(&bytes);
	rep_dkim_key_done(w);
	if (!good)
		failed(out, rep_arena_printf(w->a, "the seal of set %u is not valid", n));
	return good;
}

static bool
message_holds(
    struct verify *w, const struct set *set, unsigned n, struct rep_arc_result *out, bool say)
{
	struct rep_dkim_signature s = { .field = set[n - 1].signature };
	struct rep_str value = w->m->field[s.field].value;
	struct signature_bytes b;
	struct rep_tags tags;
	EVP_PKEY_CTX *key;

	if (!rep_dkim_signature_parse(value, true, w->a, &s) ||
	    rep_tags_parse(value, &tags, NULL) != REP_OK || !rep_dkim_bytes(&tags, false, &b)) {
		if (say)
			failed(out,
			    rep_arena_printf(w->a, "the message signature of set %u: %.*s", n,
				REP_PR(s.reason)));
		return false;
	}
	if (rep_tag_has(s.headers, ':', REP_S("arc-seal"))) {
		if (say)
			failed(out,
			    rep_arena_printf(
				w->a, "the message signature of set %u signs ARC-Seal", n));
		return false;
	}
	if ((key = rep_dkim_key_get(w, &s)) != NULL) {
		rep_dkim_check_one(w, &s, &b, key);
		rep_dkim_key_done(w);
	}
	if (s.result == REP_DKIM_PASS)
		return true;
	if (say) {
		failed(out,
		    rep_arena_printf(
			w->a, "the message signature of set %u: %.*s", n, REP_PR(s.reason)));
		if (s.result == REP_DKIM_TEMPERROR)
			out->result = REP_DKIM_TEMPERROR;
	}
	return false;
}

void
rep_arc_verify(struct verify *w, struct rep_arc_result *out)
{
	struct set *set = NULL;
	bool any = false;

	for (size_t i = 0; i < w->m->n && !any; i++)
		any = rep_str_starts_nocase(w->m->field[i].name, REP_S("ARC-"));
	if (!any)
		return;
	if ((set = rep_arena_alloc(w->a, REP_ARC_MAX_SETS * sizeof *set)) == NULL) {
		out->result = REP_DKIM_TEMPERROR;
		return;
	}
	for (size_t i = 0; i < REP_ARC_MAX_SETS; i++)
		set[i].results = set[i].signature = set[i].seal = SIZE_MAX;
	for (size_t i = 0; i < w->m->n; i++)
		if (!place(w, set, i, out))
			return;
	if (out->sets == 0 || !whole(w, set, out) || !message_holds(w, set, out->sets, out, true))
		return;
	for (unsigned n = out->sets; n > 0; n--)
		if (!seal_holds(w, set, n, out))
			return;
	out->result = REP_DKIM_PASS;
	for (unsigned n = out->sets - 1; n > 0; n--)
		if (!message_holds(w, set, n, out, false)) {
			out->oldest_pass = n + 1;
			break;
		}
}
