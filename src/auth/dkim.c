/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/dkim_inside.h"
#include "base/hash.h"

#include <stdlib.h>

enum { KEYS = 64, MIN_RSA_BITS = 1024, SIGNED_MAX = 1 << 20 };

struct rep_dkim_keys {
	struct kept {
		char txt[1024]; /* the record it was read from */
		size_t n;
		struct rep_dkim_key key; /* its p points into txt */
		EVP_PKEY *open;
	} v[KEYS];
};

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

struct rep_dkim_keys *
rep_dkim_keys_new(void)
{
	return calloc(1, sizeof(struct rep_dkim_keys));
}

void
rep_dkim_keys_free(struct rep_dkim_keys *k)
{
	if (k == NULL)
		return;
	for (size_t i = 0; i < KEYS; i++)
		EVP_PKEY_free(k->v[i].open);
	free(k);
}

/* --- the tags of the signature ------------------------------------------------------------------ */

bool
rep_dkim_key_name(struct rep_str selector, struct rep_str domain, struct rep_name *out)
{
	struct rep_name base;

	return rep_name_raw(domain, &base) && rep_name_join(REP_S("_domainkey"), &base, &base) &&
	    rep_name_join(selector, &base, out);
}

static bool
no(struct rep_dkim_signature *s, const char *why)
{
	(void)rep_dkim_say(s, REP_DKIM_PERMERROR, REP_DKIM_CAUSE_SYNTAX, rep_str_c(why));
	return false;
}

static bool
number(const struct rep_tags *t, const char *name, int64_t *out)
{
	const struct rep_str *v = rep_tag(t, name);
	uint64_t n;

	*out = -1;
	if (v == NULL)
		return true;
	if (!rep_str_u64(*v, INT64_MAX, &n))
		return false;
	*out = (int64_t)n;
	return true;
}

static bool
read_algorithm(struct rep_str a, struct rep_dkim_signature *s)
{
	s->algorithm = a;
	s->ed25519 = rep_str_eq_nocase(a, REP_S("ed25519-sha256"));
	if (s->ed25519 || rep_str_eq_nocase(a, REP_S("rsa-sha256")))
		return true;
	if (rep_str_eq_nocase(a, REP_S("rsa-sha1"))) {
		(void)rep_dkim_say(s, REP_DKIM_POLICY, REP_DKIM_CAUSE_POLICY,
		    REP_S("a=rsa-sha1 must not be accepted any more (RFC 8301, 3.1)"));
		return false;
	}
	return no(s, "the algorithm of a= is unknown");
}

static bool
read_canonicalization(const struct rep_str *c, struct rep_dkim_signature *s)
{
	struct rep_str header = REP_S("simple"), body = REP_S("simple");
	size_t slash;

	if (c != NULL) {
		slash = rep_str_chr(*c, '/', 0);
		header = rep_str_trim(rep_str_sub(*c, 0, slash == SIZE_MAX ? c->n : slash));
		if (slash != SIZE_MAX)
			body = rep_str_trim(rep_str_sub(*c, slash + 1, c->n));
	}
	s->relaxed_header = rep_str_eq_nocase(header, REP_S("relaxed"));
	s->relaxed_body = rep_str_eq_nocase(body, REP_S("relaxed"));
	return (s->relaxed_header || rep_str_eq_nocase(header, REP_S("simple"))) &&
	    (s->relaxed_body || rep_str_eq_nocase(body, REP_S("simple")));
}

/* i= must be the domain of d= or one below it (3.5). */
static bool
identity_fits(struct rep_str identity, struct rep_str domain, bool strict)
{
	size_t at = rep_str_rchr(identity, '@');
	struct rep_str d;

	if (at == SIZE_MAX)
		return false;
	d = rep_str_sub(identity, at + 1, identity.n);
	if (rep_str_eq_nocase(d, domain))
		return true;
	return !strict && d.n > domain.n && rep_str_ends_nocase(d, domain) &&
	    d.p[d.n - domain.n - 1] == '.';
}

static bool
read_times(const struct rep_tags *t, struct rep_dkim_signature *s)
{
	int64_t limit;

	if (!number(t, "t", &s->signed_s) || !number(t, "x", &s->expires_s))
		return no(s, "t= or x= is no number");
	if (s->signed_s >= 0 && s->expires_s >= 0 && s->expires_s <= s->signed_s)
		return no(s, "x= is not after t=");
	if (!number(t, "l", &limit))
		return no(s, "l= is no number");
	s->body_limit = limit < 0 ? SIZE_MAX : (size_t)limit;
	return true;
}

bool
rep_dkim_signature_parse(
    struct rep_str value, bool arc, struct rep_arena *a, struct rep_dkim_signature *s)
{
	const struct rep_str *v, *d, *sel, *h;
	struct rep_tags tags;
	struct rep_name name;
	struct rep_err err;

	s->signed_s = s->expires_s = -1;
	s->body_limit = SIZE_MAX;
	if (rep_tags_parse(value, &tags, &err) != REP_OK) {
		(void)rep_dkim_say(s, REP_DKIM_PERMERROR, REP_DKIM_CAUSE_SYNTAX,
		    rep_arena_dup(a, rep_str_c(err.msg)));
		return false;
	}
	d = rep_tag(&tags, "d");
	sel = rep_tag(&tags, "s");
	h = rep_tag(&tags, "h");
	s->domain = d != NULL ? *d : (struct rep_str){ NULL, 0 };
	s->selector = sel != NULL ? *sel : (struct rep_str){ NULL, 0 };
	s->headers = h != NULL ? *h : (struct rep_str){ NULL, 0 };
	if (!read_canonicalization(rep_tag(&tags, "c"), s))
		return no(s, "the canonicalization of c= is unknown");
	if (!arc && ((v = rep_tag(&tags, "v")) == NULL || !rep_str_eq(*v, REP_S("1"))))
		return no(s, "v= is missing or not 1");
	if ((v = rep_tag(&tags, "a")) == NULL)
		return no(s, "a= is missing");
	if (!read_algorithm(*v, s))
		return false;
	if (d == NULL || sel == NULL || h == NULL || rep_tag(&tags, "b") == NULL ||
	    rep_tag(&tags, "bh") == NULL)
		return no(s, "one of b=, bh=, d=, h= and s= is missing");
	if (!rep_dkim_key_name(*sel, *d, &name))
		return no(s, "d= and s= make no domain name");
	if (!arc && !rep_tag_has(*h, ':', REP_S("from")))
		return no(s, "h= does not sign From");
	if ((v = rep_tag(&tags, "i")) != NULL && !arc) {
		s->identity = *v;
		if (!identity_fits(*v, *d, false))
			return no(s, "the domain of i= is not that of d=, nor below it");
	}
	if ((v = rep_tag(&tags, "q")) != NULL && !rep_tag_has(*v, ':', REP_S("dns/txt")))
		return no(s, "q= does not name dns/txt");
	return read_times(&tags, s);
}

bool
rep_dkim_bytes(const struct rep_tags *tags, bool seal, struct signature_bytes *out)
{
	const struct rep_str *b = rep_tag(tags, "b"), *bh = rep_tag(tags, "bh");

	if (b == NULL || (out->b_n = rep_base64(*b, out->b, sizeof out->b)) == SIZE_MAX ||
	    out->b_n == 0)
		return false;
	return seal || (bh != NULL && rep_base64(*bh, out->bh, sizeof out->bh) == REP_SHA256_BYTES);
}

/* --- keys ------------------------------------------------------------------------------------------ */

/* Reads a key record and opens its key. Uses a kept key if there is one. */
static EVP_PKEY *
read_key(struct verify *w, struct rep_str txt, struct rep_dkim_key *out)
{
	struct kept *k = w->keys == NULL ? NULL : &w->keys->v[rep_hash(txt) % KEYS];

	if (k == NULL || txt.n > sizeof k->txt) {
		rep_dkim_key_parse(txt, out);
		return out->state == REP_DKIM_KEY_OK ? rep_dkim_key_open(out) : NULL;
	}
	if (k->n != txt.n || memcmp(k->txt, txt.p, txt.n) != 0) {
		EVP_PKEY_free(k->open);
		memcpy(k->txt, txt.p, txt.n);
		k->n = txt.n;
		rep_dkim_key_parse((struct rep_str){ k->txt, k->n }, &k->key);
		k->open = k->key.state == REP_DKIM_KEY_OK ? rep_dkim_key_open(&k->key) : NULL;
	}
	*out = k->key;
	return k->open != NULL && EVP_PKEY_up_ref(k->open) == 1 ? k->open : NULL;
}

void
rep_dkim_key_done(struct verify *w, EVP_PKEY *key)
{
	(void)w;
	EVP_PKEY_free(key);
}

/* Whether this signature may use the key record. If not, s says why. */
static bool
key_fits(struct verify *w, struct rep_dkim_signature *s)
{
	const struct rep_dkim_key *k = &s->key;
	enum rep_dkim_cause key = REP_DKIM_CAUSE_KEY;
	const char *why = NULL;

	if (k->state == REP_DKIM_KEY_REVOKED)
		why = "the key is revoked (p= is empty)";
	else if (k->state != REP_DKIM_KEY_OK)
		why = k->reason;
	else if ((k->type == REP_DKIM_ED25519) != s->ed25519)
		why = "the key is of another kind than a= says";
	else if (!k->sha256)
		why = "the key does not allow sha256 (h=)";
	else if (!k->email)
		why = "the key is not for mail (s=)";
	else if (k->strict && s->identity.n > 0 && !identity_fits(s->identity, s->domain, true))
		why = "the key wants i= to be of d= itself (t=s)";
	if (why != NULL) {
		(void)rep_dkim_say(s, REP_DKIM_PERMERROR, key, rep_arena_dup(w->a, rep_str_c(why)));
		return false;
	}
	if (k->type == REP_DKIM_RSA && k->bits < MIN_RSA_BITS) {
		(void)rep_dkim_say(s, REP_DKIM_POLICY, REP_DKIM_CAUSE_POLICY,
		    rep_arena_printf(w->a,
			"the key has %u bits; fewer than 1024 must not be accepted "
			"(RFC 8301, 3.2)",
			k->bits));
		return false;
	}
	return true;
}

EVP_PKEY *
rep_dkim_key_get(struct verify *w, struct rep_dkim_signature *s)
{
	const struct rep_dns_answer *ans;
	char text[REP_NAME_TEXT];
	struct rep_name name;
	EVP_PKEY *key = NULL;

	if (!rep_dkim_key_name(s->selector, s->domain, &name)) {
		(void)no(s, "d= and s= make no domain name");
		return NULL;
	}
	if ((ans = rep_dns_get(w->view, &name, REP_DNS_TXT)) == NULL) {
		w->pending = true;
		return NULL;
	}
	s->answer = ans;
	rep_name_text(&name, text);
	if (rep_dns_failed(ans->state)) {
		(void)rep_dkim_say(s, REP_DKIM_TEMPERROR, REP_DKIM_CAUSE_DNS,
		    rep_arena_printf(w->a, "the key at %s could not be found out: %s", text,
			rep_dns_state_text(ans->state)));
		return NULL;
	}
	if (ans->n == 0) {
		(void)rep_dkim_say(s, REP_DKIM_PERMERROR, REP_DKIM_CAUSE_NO_KEY,
		    rep_arena_printf(w->a, "no key for signature: %s at %s",
			rep_dns_state_text(ans->state), text));
		return NULL;
	}
	for (size_t i = 0; i < ans->n; i++) { /* of several records, the first usable one */
		key = read_key(w, ans->rr[i]->data, &s->key);
		if (s->key.state == REP_DKIM_KEY_OK)
			break;
	}
	if (!key_fits(w, s)) {
		EVP_PKEY_free(key);
		return NULL;
	}
	if (key == NULL)
		(void)rep_dkim_say(
		    s, REP_DKIM_TEMPERROR, REP_DKIM_CAUSE_KEY, REP_S("out of memory"));
	return key;
}

/* --- what was signed --------------------------------------------------------------------------------- */

static void
unfolded(struct rep_arena *a, struct rep_field *f)
{
	struct rep_buf b;

	rep_buf_init(&b, 1 << 18);
	rep_dkim_field(&b, f, true);
	f->whole = rep_arena_printf(
	    a, "%.*s: %.*s", REP_PR(f->name), (int)(b.n - f->name.n - 1), b.p + f->name.n + 1);
	rep_buf_fini(&b);
}

/* The fields that h= names. A repeated name takes the fields from the last one upwards (5.4.2). */
void
rep_dkim_signed_bytes(const struct verify *w, const struct rep_dkim_signature *s,
    const struct variant *how, struct rep_buf *out)
{
	bool relaxed = s->relaxed_header;
	struct rep_str list = s->headers, name;
	struct rep_field own = w->m->field[s->field], f;
	bool used[REP_MESSAGE_MAX_FIELDS] = { false };
	struct rep_buf bare;
	size_t entry = 0;

	for (; rep_tag_word(&list, ':', &name); entry++) {
		size_t skip = entry == how->other;

		if (entry == how->omit)
			continue;
		for (size_t i = w->m->n; i-- > 0;) {
			if (used[i] || !rep_str_eq_nocase(w->m->field[i].name, name))
				continue;
			if (skip > 0) {
				skip--;
				continue;
			}
			used[i] = true;
			f = w->m->field[i];
			if (how->subject.p != NULL && rep_str_eq_nocase(name, REP_S("subject"))) {
				f.value = how->subject;
				f.whole = rep_arena_printf(
				    w->a, "%.*s: %.*s", REP_PR(f.name), REP_PR(f.value));
			}
			if (how->unfold)
				unfolded(w->a, &f);
			rep_dkim_field(out, &f, relaxed);
			rep_buf_add(out, REP_S("\r\n"));
			break;
		}
	}
	rep_buf_init(&bare, 1 << 18);
	rep_buf_add(&bare, rep_str_sub(own.whole, 0, (size_t)(own.value.p - own.whole.p)));
	rep_dkim_without_b(&bare, own.value);
	own.whole = rep_buf_str(&bare);
	own.value = rep_str_sub(
	    own.whole, (size_t)(own.value.p - w->m->field[s->field].whole.p), own.whole.n);
	rep_dkim_field(out, &own, relaxed);
	rep_buf_fini(&bare);
}

bool
rep_dkim_holds(const struct rep_dkim_signature *s, EVP_PKEY *key, const struct signature_bytes *b,
    struct rep_str bytes)
{
	unsigned char hash[REP_SHA256_BYTES];
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool good = false;

	if (md == NULL)
		return false;
	if (s->ed25519) { /* RFC 8463: it signs the hash */
		good = EVP_Digest(bytes.p, bytes.n, hash, NULL, EVP_sha256(), NULL) == 1 &&
		    EVP_DigestVerifyInit(md, NULL, NULL, NULL, key) == 1 &&
		    EVP_DigestVerify(md, b->b, b->b_n, hash, sizeof hash) == 1;
	} else {
		good = EVP_DigestVerifyInit(md, NULL, EVP_sha256(), NULL, key) == 1 &&
		    EVP_DigestVerify(md, b->b, b->b_n, (const unsigned char *)bytes.p, bytes.n) ==
			1;
	}
	EVP_MD_CTX_free(md);
	return good;
}

static void
body_hash(struct verify *w, struct rep_dkim_signature *s, unsigned char hash[REP_SHA256_BYTES],
    size_t *length)
{
	int kind = s->relaxed_body;

	if (s->body_limit != SIZE_MAX) {
		rep_dkim_body_hash(w->m->body, s->relaxed_body, s->body_limit, hash, length);
		return;
	}
	if (!w->hashed[kind]) {
		rep_dkim_body_hash(
		    w->m->body, s->relaxed_body, SIZE_MAX, w->hash[kind], &w->length[kind]);
		w->hashed[kind] = true;
	}
	memcpy(hash, w->hash[kind], REP_SHA256_BYTES);
	*length = w->length[kind];
}

void
rep_dkim_check_one(
    struct verify *w, struct rep_dkim_signature *s, const struct signature_bytes *b, EVP_PKEY *key)
{
	static const struct variant plain = { SIZE_MAX, SIZE_MAX, { NULL, 0 }, false };
	unsigned char hash[REP_SHA256_BYTES];
	struct rep_buf bytes;
	size_t length;
	bool good;

	body_hash(w, s, hash, &length);
	if (s->body_limit != SIZE_MAX && s->body_limit > length) {
		(void)rep_dkim_say(s, REP_DKIM_PERMERROR, REP_DKIM_CAUSE_BODY,
		    rep_arena_printf(w->a,
			"l=%zu is more than the %zu bytes of the body: some are missing",
			s->body_limit, length));
		return;
	}
	s->unsigned_body = s->body_limit == SIZE_MAX ? 0 : length - s->body_limit;
	rep_buf_init(&bytes, SIGNED_MAX);
	rep_dkim_signed_bytes(w, s, &plain, &bytes);
	good = !bytes.full && rep_dkim_holds(s, key, b, rep_buf_str(&bytes));
	rep_buf_fini(&bytes);
	if (memcmp(hash, b->bh, sizeof hash) != 0) {
		struct rep_str why = rep_dkim_why_body(w, s, b);

		(void)rep_dkim_say(s, REP_DKIM_FAIL, REP_DKIM_CAUSE_BODY,
		    rep_arena_printf(w->a, "body hash did not verify: %.*s%s", REP_PR(why),
			good ? "; the headers are as signed" : ""));
		return;
	}
	if (!good) {
		rep_dkim_why_header(w, s, b, key);
		return;
	}
	s->result = REP_DKIM_PASS;
	if (s->unsigned_body > 0)
		s->reason = rep_arena_printf(
		    w->a, "%zu bytes at the end of the body are not signed (l=)", s->unsigned_body);
	else if (s->key.testing)
		s->reason = REP_S("the key says that it is in testing (t=y)");
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
	EVP_PKEY *key;

	s->field = field;
	s->understood = rep_dkim_signature_parse(w->m->field[field].value, false, w->a, s);
	if (!s->understood)
		return;
	s->from_oversigned = oversigned(w->m, s->headers, REP_S("from"));
	if (rep_tags_parse(w->m->field[field].value, &tags, NULL) != REP_OK ||
	    !rep_dkim_bytes(&tags, false, &b)) {
		(void)no(s, "b= or bh= is no base64 of the right length");
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
	rep_dkim_key_done(w, key);
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
