/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/dkim.h"
#include "auth/dkim_repair.h"

#include "tap.h"

#include <stdlib.h>

/* --- the canonical forms, with the examples of RFC 6376, 3.4.5 and 3.4.3, 3.4.4 ------------------ */

static const struct {
	const char *name, *field, *relaxed;
} fields[] = {
	{ "RFC 6376, 3.4.5, A", "A: X\r\n", "a:X" },
	{ "RFC 6376, 3.4.5, B", "B : Y\t\r\n\tZ  \r\n", "b:Y Z" },
	{ "nothing in it", "X:\r\n", "x:" },
	{ "only blanks", "X: \t \r\n", "x:" },
	{ "no blank", "X:y\r\n", "x:y" },
	{ "folded in front", "X:\r\n y\r\n", "x:y" },
	{ "a colon within", "X: a : b\r\n", "x:a : b" },
};

static const struct {
	const char *name, *body, *simple, *relaxed;
} bodies[] = {
	{ "empty", "", "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=",
	    "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" },
	{ "an empty line", "\r\n", "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=",
	    "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" },
	{ "blanks alone", " \t\r\n\r\n", NULL, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" },
};

static void
test_fields(struct rep_arena *a)
{
	struct rep_message m;
	struct rep_buf b;

	rep_buf_init(&b, 4096);
	for (size_t i = 0; i < REP_COUNT(fields); i++) {
		if (rep_message_parse(rep_str_c(fields[i].field), a, &m, NULL) != REP_OK)
			abort();
		rep_buf_clear(&b);
		rep_dkim_field(&b, &m.field[0], true);
		is_str(rep_buf_str(&b), fields[i].relaxed, "relaxed field: %s", fields[i].name);
		rep_buf_clear(&b);
		rep_dkim_field(&b, &m.field[0], false);
		ok(b.n + 2 == strlen(fields[i].field) && memcmp(b.p, fields[i].field, b.n) == 0,
		    "simple field: %s", fields[i].name);
	}
	rep_buf_clear(&b);
	rep_dkim_without_b(&b, REP_S(" v=1; b = x y\r\n z; bh=q; db=b; b2=c"));
	is_str(rep_buf_str(&b), " v=1; b =; bh=q; db=b; b2=c", "without b=, and nothing else");
	rep_buf_clear(&b);
	rep_dkim_without_b(&b, REP_S(" v=1; b=x"));
	is_str(rep_buf_str(&b), " v=1; b=", "without b= at the end");
	rep_buf_fini(&b);
}

static bool
hash_is(struct rep_str body, bool relaxed, size_t limit, const char *base64)
{
	unsigned char hash[REP_SHA256_BYTES], want[REP_SHA256_BYTES];
	size_t length;

	rep_dkim_body_hash(body, relaxed, limit, hash, &length);
	return rep_base64(rep_str_c(base64), want, sizeof want) == sizeof want &&
	    memcmp(hash, want, sizeof want) == 0;
}

/* The same canonical form, computed byte by byte. */
static size_t
relaxed_by_hand(struct rep_str s, char *out)
{
	size_t n = 0, end, keep = 0;

	for (size_t i = 0; i < s.n; i = end + 1) {
		bool blank = false;
		size_t from = n;

		end = rep_str_chr(s, '\n', i);
		end = end == SIZE_MAX ? s.n : end;
		for (size_t k = i; k < end && !(s.p[k] == '\r' && k + 1 == end); k++) {
			if (s.p[k] == ' ' || s.p[k] == '\t') {
				blank = true;
				continue;
			}
			if (blank)
				out[n++] = ' ';
			blank = false;
			out[n++] = s.p[k];
		}
		out[n++] = '\r';
		out[n++] = '\n';
		if (n - from > 2)
			keep = n;
	}
	return keep;
}

static void
test_bodies(void)
{
	static const char some[] = " \t \t  ab.\r\n\n x";
	uint64_t x = 7;
	bool same = true;

	for (size_t i = 0; i < REP_COUNT(bodies); i++) {
		struct rep_str b = rep_str_c(bodies[i].body);

		if (bodies[i].simple != NULL)
			ok(hash_is(b, false, SIZE_MAX, bodies[i].simple), "simple body: %s",
			    bodies[i].name);
		ok(hash_is(b, true, SIZE_MAX, bodies[i].relaxed), "relaxed body: %s",
		    bodies[i].name);
	}
	for (int round = 0; round < 20000 && same; round++) {
		unsigned char got[REP_SHA256_BYTES], want[REP_SHA256_BYTES];
		char in[80], out[200];
		size_t n = 0, length, k;

		while (
		    n < sizeof in && (x = x * 6364136223846793005u + 1442695040888963407u) >> 58) {
			char c = some[(x >> 33) % (sizeof some - 1)];

			if (c == '\r') { /* in these messages lines end in CRLF */
				if (n + 2 > sizeof in)
					break;
				in[n++] = '\r';
				c = '\n';
			} else if (c == '\n') {
				continue;
			}
			in[n++] = c;
		}
		rep_dkim_body_hash((struct rep_str){ in, n }, true, SIZE_MAX, got, &length);
		k = relaxed_by_hand((struct rep_str){ in, n }, out);
		rep_dkim_body_hash((struct rep_str){ out, k }, true, SIZE_MAX, want, &length);
		same = length == k && memcmp(got, want, sizeof got) == 0;
		if (!same)
			printf("#  \"%.*s\"\n", (int)n, in);
	}
	ok(same, "relaxed bodies, 20,000 at random, against a slow way");
}

/* --- keys ----------------------------------------------------------------------------------------- */

#define ED "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

static const struct {
	const char *name, *txt;
	enum rep_dkim_key_state state;
	unsigned bits;
} keys[] = {
	{ "ed25519, of RFC 8463", "v=DKIM1; k=ed25519; p=" ED, REP_DKIM_KEY_OK, 256 },
	{ "no v=", "k=ed25519; p=" ED, REP_DKIM_KEY_OK, 256 },
	{ "blanks in p=", "k=ed25519; p=11qYAYKxCrfVS/7Ty WQHOg7hcvPapiMl\r\n rwIaaPcHURo=",
	    REP_DKIM_KEY_OK, 256 },
	{ "unknown tags", "v=DKIM1; x=y; k=ed25519; p=" ED "; z=", REP_DKIM_KEY_OK, 256 },
	{ "ed25519, too short", "k=ed25519; p=AAAA", REP_DKIM_KEY_SYNTAX, 0 },
	{ "v= not first", "k=ed25519; v=DKIM1; p=" ED, REP_DKIM_KEY_UNKNOWN, 0 },
	{ "v= of another kind", "v=DKIM2; k=ed25519; p=" ED, REP_DKIM_KEY_UNKNOWN, 0 },
	{ "revoked", "v=DKIM1; p=", REP_DKIM_KEY_REVOKED, 0 },
	{ "no p=", "v=DKIM1; k=rsa", REP_DKIM_KEY_SYNTAX, 0 },
	{ "no base64", "v=DKIM1; p=*", REP_DKIM_KEY_SYNTAX, 0 },
	{ "no key in it", "v=DKIM1; p=aGVsbG8=", REP_DKIM_KEY_SYNTAX, 0 },
	{ "an ed25519 key said to be RSA",
	    "v=DKIM1; p=MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=",
	    REP_DKIM_KEY_SYNTAX, 0 },
	{ "k= of another kind", "v=DKIM1; k=dsa; p=AAAA", REP_DKIM_KEY_UNKNOWN, 0 },
	{ "a tag twice", "v=DKIM1; p=; p=", REP_DKIM_KEY_SYNTAX, 0 },
	{ "no tags", "hello", REP_DKIM_KEY_SYNTAX, 0 },
	{ "empty", "", REP_DKIM_KEY_SYNTAX, 0 },
};

static void
test_keys(void)
{
	struct rep_dkim_key k;

	for (size_t i = 0; i < REP_COUNT(keys); i++) {
		rep_dkim_key_parse(rep_str_c(keys[i].txt), &k);
		ok(k.state == keys[i].state && k.bits == keys[i].bits, "key: %s", keys[i].name);
	}
	rep_dkim_key_parse(REP_S("v=DKIM1; k=ed25519; t=y:s; h=sha1; s=tlsrpt:x; p=" ED), &k);
	ok(k.testing && k.strict && !k.sha256 && !k.email, "flags");
	rep_dkim_key_parse(REP_S("v=DKIM1; k=ed25519; t= x : S ; h=sha1 : SHA256; s=*; p=" ED), &k);
	ok(!k.testing && k.strict && k.sha256 && k.email, "flags, with blanks and capitals");
}

/* --- messages ------------------------------------------------------------------------------------- */

static void
test_messages(struct rep_arena *a)
{
	struct rep_message m;
	struct rep_err err;

	ok(rep_message_parse(REP_S("A: 1\nB: 2\n c\n\nbody\n"), a, &m, &err) == REP_OK &&
		m.n == 2 && m.bare_lf == 5,
	    "line ends of Unix");
	is_str(m.body, "body\r\n", "the body gets its CR");
	is_str(m.field[1].whole, "B: 2\r\n c", "and so do folded fields");
	ok(rep_message_parse(REP_S("From x\r\nA: 1\r\n\r\n"), a, &m, &err) == REP_OK && m.n == 1,
	    "an mbox line is left out");
	ok(rep_message_parse(REP_S("A: 1\r\nno field\r\n\r\nx"), a, &m, &err) == REP_OK && m.n == 1,
	    "a lost empty line");
	is_str(m.body, "no field\r\n\r\nx", "what follows is body");
	ok(rep_message_parse(REP_S("A : 1\r\n"), a, &m, &err) == REP_OK,
	    "a blank before the colon");
	is_str(m.field[0].name, "A", "is not of the name");
	ok(rep_message_parse(REP_S(""), a, &m, &err) != REP_OK, "nothing is no message");
	ok(rep_message_parse(REP_S(": x\r\n"), a, &m, &err) != REP_OK, "a field without a name");
	ok(rep_message_parse(REP_S("x y: z\r\n"), a, &m, &err) != REP_OK, "a name with a blank");
}

/* --- records that were pasted wrongly -------------------------------------------------------------- */

/* clang-format off */
/* An RSA key of 2,048 bits, made for this test, in two halves; the same as PKCS #1; and an ed25519 key. */
#define HALF_1 "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA4slNtuUHlWTSZhVK/y2jFgJZuSYcSapSaJu6EdEz" \
    "jaSfNYfCbQ3DUGFDAbnl5eGYPqegQW8AZSo+ie9Vp0jMcwfYwhn+/xcd+6zvVVBS+U8qARdP0mWSqEOEqnsZ" \
    "KkgZGQrNvHQj1rN0fU1rJni5ZAB7fBdI"
#define HALF_2 "+AEkX9lz6nxBebDb8yJb1Tn9O0OtGU+3GvY0EIMebPtCPlnNRYSEmSej318PpzwMs7A6EluBehVC9e9l2Klk" \
    "YLwu4RAnloUTvjfPAOCZFKTETiqEiHxYBZsE/MBzMjfRz4GDKEyB6m+ufjIEQid6a7GwdILanFJIvUg/sCR1" \
    "QHKAbc5/LBNtmz9K2wIDAQAB"
#define URL_KEY "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA4slNtuUHlWTSZhVK_y2jFgJZuSYcSapSaJu6EdEz" \
    "jaSfNYfCbQ3DUGFDAbnl5eGYPqegQW8AZSo-ie9Vp0jMcwfYwhn-_xcd-6zvVVBS-U8qARdP0mWSqEOEqnsZ" \
    "KkgZGQrNvHQj1rN0fU1rJni5ZAB7fBdI-AEkX9lz6nxBebDb8yJb1Tn9O0OtGU-3GvY0EIMebPtCPlnNRYSE" \
    "mSej318PpzwMs7A6EluBehVC9e9l2KlkYLwu4RAnloUTvjfPAOCZFKTETiqEiHxYBZsE_MBzMjfRz4GDKEyB" \
    "6m-ufjIEQid6a7GwdILanFJIvUg_sCR1QHKAbc5_LBNtmz9K2wIDAQAB"
#define KEY HALF_1 HALF_2
#define PKCS_1 "MIIBCgKCAQEA4slNtuUHlWTSZhVK/y2jFgJZuSYcSapSaJu6EdEzjaSfNYfCbQ3DUGFDAbnl5eGYPqegQW8A" \
    "ZSo+ie9Vp0jMcwfYwhn+/xcd+6zvVVBS+U8qARdP0mWSqEOEqnsZKkgZGQrNvHQj1rN0fU1rJni5ZAB7fBdI" \
    "+AEkX9lz6nxBebDb8yJb1Tn9O0OtGU+3GvY0EIMebPtCPlnNRYSEmSej318PpzwMs7A6EluBehVC9e9l2Klk" \
    "YLwu4RAnloUTvjfPAOCZFKTETiqEiHxYBZsE/MBzMjfRz4GDKEyB6m+ufjIEQid6a7GwdILanFJIvUg/sCR1" \
    "QHKAbc5/LBNtmz9K2wIDAQAB"
#define SPKI_ED "MCowBQYDK2VwAyEA0qNCW4mM01AUjAr8u92NMDgvDs/X4WD6Vb+j12SQnQ0="
#define RAW_ED "0qNCW4mM01AUjAr8u92NMDgvDs/X4WD6Vb+j12SQnQ0="
/* A private key of 512 bits that never signed anything. */
#define PRIVATE "MIIBVQIBADANBgkqhkiG9w0BAQEFAASCAT8wggE7AgEAAkEAmx/1H/BdxUqkBQVrWf4hglJfRpKixFWPIoBZ" \
    "ONKrKWv2rtY4WCbViv67SJglS/rtPENbcxUlUJORhGhvrtEDVwIDAQABAkBIa48ArjLY3JPeVD1d8iqqsNIS" \
    "HHsotdjw/oKo6JFH8IlMHUsnZVEEbTTbTystto0x40hjnZc8MYj8UwPrc8HhAiEAyvdBTJQmORSKTiI1H8dT" \
    "c+YZWqGQOerGyoauLV42YWMCIQDDqIhgXSZkwbToxys+CfpZ1tAN8oClKnzHJJWb7DOSfQIgYHhxcyKfoFXg" \
    "/w5HTdmCEv51YpyUXtL2teCZ/Tpggp0CIQCaP/y8E9PX7UrFlXeG4nDncM33oO5AyD009qeoFFAYNQIhAJZg" \
    "dBR+q9Z7MNHmLYeqpu9Xg8+Pt6EFJtNxPIlxyly/"
#define RSA "v=DKIM1; k=rsa; p=" KEY

static const struct {
	const char *name, *text, *record; /* NULL: none can be told */
} pasted[] = {
	{ "quotes", "v=DKIM1; k=rsa; p=\"" HALF_1 "\" \"" HALF_2 "\"", RSA },
	{ "quotes with backslashes", "\\\"v=DKIM1\\; k=rsa\\; p=" KEY "\\\"", RSA },
	{ "typographic quotes", "\xe2\x80\x9cv=DKIM1; k=rsa; p=" KEY "\xe2\x80\x9d", RSA },
	{ "no-break spaces", "v=DKIM1;\xc2\xa0k=rsa;\xc2\xa0p=" KEY, RSA },
	{ "full width", "v\xef\xbc\x9d" "DKIM1; k=rsa\xef\xbc\x9bp=" KEY, RSA },
	{ "an invisible character", "v=DKIM1; k=rsa; p=" HALF_1 "\xe2\x80\x8b" HALF_2, RSA },
	{ "a PEM file", "v=DKIM1; k=rsa; p=-----BEGIN PUBLIC KEY-----\n" KEY "\n-----END PUBLIC KEY-----", RSA },
	{ "a PEM file alone", "-----BEGIN PUBLIC KEY----- " HALF_1 " " HALF_2 " -----END PUBLIC KEY-----", RSA },
	{ "a PEM file with long dashes", "p=\xe2\x80\x94\xe2\x80\x94" "BEGINPUBLICKEY--" KEY "--ENDPUBLICKEY--", RSA },
	{ "a PEM file of PKCS #1", "p=-----BEGIN RSA PUBLIC KEY-----" PKCS_1 "-----END RSA PUBLIC KEY-----", RSA },
	{ "\\n for line ends", "v=DKIM1; k=rsa; p=" HALF_1 "\\n" HALF_2 "\\n", RSA },
	{ "\\010 for line ends", "v=DKIM1; k=rsa; p=" HALF_1 "\\010" HALF_2, RSA },
	{ "no p=", "v=DKIM1; k=rsa; " KEY, RSA },
	{ "the key alone", KEY, RSA },
	{ "k=RSA", "v=DKIM1; k=RSA; p=" KEY, RSA },
	{ "k= of an algorithm", "v=DKIM1; k=rsa-sha256; p=" KEY, RSA },
	{ "a comma", "v=DKIM1, k=rsa, p=" KEY, RSA },
	{ "blanks alone", "v=DKIM1 k=rsa p=" KEY, RSA },
	{ "colons", "v=DKIM1: k=rsa: t=y:s: p=" KEY, "v=DKIM1; k=rsa; t=y:s; p=" KEY },
	{ "v= in lower case", "v=dkim1; k=rsa; p=" KEY, RSA },
	{ "v= at the end", "k=rsa; p=" KEY "; v=DKIM1", RSA },
	{ "two semicolons", "v=DKIM1;; k=rsa; p=" KEY, RSA },
	{ "other tags", "v=DKIM1; K=rsa; H=SHA256; s=email; t=s; n=a b c; p=\"" KEY "\"",
	    "v=DKIM1; k=rsa; h=sha256; s=email; t=s; p=" KEY },
	{ "a line of a zone", "mail._domainkey 3600 IN TXT ( \"v=DKIM1; k=rsa; \"\n\t  \"p=" HALF_1 "\"\n\t  \"" HALF_2
	  "\" )  ; ----- DKIM key mail for example.com", RSA },
	{ "base64 for URLs", "v=DKIM1; k=rsa; p=" URL_KEY, RSA },
	{ "no =", "v=DKIM1; k=Rsa; p=" KEY, RSA },
	{ "ed25519 as OpenSSL writes it", "v=DKIM1; k=ed25519; p=" SPKI_ED, "v=DKIM1; k=ed25519; p=" RAW_ED },
	{ "k=rsa of an ed25519 key", "v=DKIM1; k=rsa; p=" SPKI_ED, "v=DKIM1; k=ed25519; p=" RAW_ED },
	{ "k=Ed25519", "v=DKIM1; k=Ed25519; p=" RAW_ED, "v=DKIM1; k=ed25519; p=" RAW_ED },
	{ "32 bytes of something", "v=DKIM1; k=RSA; p=" RAW_ED, NULL },
	{ "half a key", "v=DKIM1; k=rsa; p=\"" HALF_1 "\"", NULL },
	{ "something after the key", "v=DKIM1; k=rsa; p=\"" KEY "AAAA\"", NULL },
	{ "two keys", "v=DKIM1; k=RSA; p=" KEY "; p=" KEY, NULL },
	{ "a byte that no key has", "v=DKIM1; k=rsa; p=" HALF_1 "\xe9" HALF_2, NULL },
	{ "a number without sense", "v=DKIM1; k=RSA; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQAAAAAAAAAA", NULL },
	{ "SHA-1 only", "v=DKIM1; k=RSA; h=sha1; p=" KEY, NULL },
	{ "nothing", "v=DKIM1; k=RSA", NULL },
	{ "empty", "", NULL },
};
/* clang-format on */

static void
test_pasted(struct rep_arena *a)
{
	struct rep_dkim_repair r;
	struct rep_dkim_key k;

	for (size_t i = 0; i < REP_COUNT(pasted); i++) {
		rep_dkim_repair(rep_str_c(pasted[i].text), a, &r);
		is_str(r.record, pasted[i].record != NULL ? pasted[i].record : "", "pasted: %s",
		    pasted[i].name);
		rep_dkim_key_parse(r.record, &k);
		ok(!r.secret &&
			(pasted[i].record == NULL || (r.notes > 0 && k.state == REP_DKIM_KEY_OK)),
		    "and what was wrong is told");
	}
	rep_dkim_repair(REP_S("v=DKIM1; k=rsa; p=" PRIVATE), a, &r);
	ok(r.secret && r.record.n == 0, "a private key is told, and nothing is printed");
	rep_dkim_repair(REP_S("-----BEGIN PRIVATE KEY-----" KEY), a, &r);
	ok(r.secret && r.record.n == 0, "also by its first line");
}

/* A record, and the same without what limits its key. */
static const struct {
	const char *text, *out;
	bool short_form;
} limits[] = {
	{ "v=DKIM1; k=rsa; p=" KEY, "", true },
	{ "v=DKIM1; t=y; k=rsa; p=" KEY, "v=DKIM1; k=rsa; p=" KEY, false },
	{ "v=DKIM1; t=s:y; p=" KEY, "v=DKIM1; t=s; p=" KEY, false },
	{ "t=y:s; p=" KEY ";", "t=s; p=" KEY, false },
	{ "v=DKIM1; h=sha1:sha256; s=email; n=hello; p=" KEY, "", false },
	{ "v=DKIM1; h=sha1; s=tlsrpt; n=hello; p=" KEY, "v=DKIM1; n=hello; p=" KEY, false },
	{ "v=DKIM1; n=hello; p=" KEY, "v=DKIM1; p=" KEY, true },
	{ "v = DKIM1 ; t = y ; k = rsa ; p = " KEY " ;", "v=DKIM1; k=rsa; p=" KEY, false },
	{ "v=DKIM1; t=y; t=y; p=" KEY, "", false }, /* no record: a tag twice (3.2) */
	{ "v=DKIM1; t=y; p=", "", false },
	{ "v=DKIM1; t=y; p=%", "", false },
};

static void
test_limits(struct rep_arena *a)
{
	for (size_t i = 0; i < REP_COUNT(limits); i++)
		is_str(rep_dkim_unlimited(rep_str_c(limits[i].text), limits[i].short_form, a),
		    limits[i].out, "without limits: %.30s", limits[i].text);
}

int
main(void)
{
	struct rep_arena *a = rep_arena_new(16 << 20);

	if (a == NULL)
		return 1;
	test_fields(a);
	test_bodies();
	test_keys();
	test_pasted(a);
	test_limits(a);
	test_messages(a);
	rep_arena_free(a);
	return done();
}
