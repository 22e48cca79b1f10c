/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/dkim_repair.h"
#include "auth/typographic.h"
#include "base/buf.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

enum {
	TEXT_MAX = 16384,
	PEM_MAX = 40,
	DER_MAX = 4096,
	BITS_MIN = 1024,
	BITS_MAX = 4096,
	ED25519_BYTES = 32
};

static const char tags[] = "vkhstnp";
enum { TAGS = sizeof tags - 1 };

/* A record on the way. */
struct dkim_pasted {
	struct rep_dkim_repair *out;
	struct rep_buf text; /* without what was pasted with it */
	struct rep_buf value[TAGS], loose;
	bool there[TAGS], broken; /* broken: two keys */
	bool v_first;
};

static void
note(struct dkim_pasted *p, const char *what)
{
	for (size_t i = 0; i < p->out->notes; i++)
		if (p->out->note[i] == what)
			return;
	if (p->out->notes < REP_DKIM_REPAIR_NOTES)
		p->out->note[p->out->notes++] = what;
}

/* --- the text ------------------------------------------------------------------------------------ */

static const char quotes[] = "quotes inside of the record", escapes[] = "backslashes inside of it",
		  typographic[] = "characters of a word processor",
		  pem[] = "the lines BEGIN and END of the key's file",
		  line[] = "a whole line of a zone file",
		  url[] = "base64 in the form for URLs (- and _ for + and /)",
		  separators[] = "something else than a semicolon between two tags",
		  no_p[] = "no p= in front of the key", no_v[] = "v=DKIM1 not in front",
		  kind[] = "k= not as the key is", twice[] = "a tag twice",
		  empty[] = "nothing between two semicolons", other[] = "text that is no tag",
		  form[] = "the key in another form";

/* Takes one character beyond ASCII. Returns how many bytes it has. */
static size_t
beyond_ascii(struct dkim_pasted *p, struct rep_str s)
{
	size_t n = 1;
	char c = '\0';
	enum rep_typographic t = rep_typographic(s, &n, &c);

	if (t != REP_TYPOGRAPHIC_NONE) {
		note(p, t == REP_TYPOGRAPHIC_QUOTE ? quotes : typographic);
		if (c != '\0')
			rep_buf_addc(&p->text, c);
		return n;
	}
	rep_buf_addc(&p->text, s.p[0]); /* no key has such a byte */
	return 1;
}

/* Takes a backslash with what it escapes. Returns how many bytes that are. */
static size_t
escaped(struct dkim_pasted *p, struct rep_str s)
{
	char c = s.n > 1 ? s.p[1] : ' ';
	uint64_t byte;

	note(p, escapes);
	if (s.n > 3 && rep_str_u64(rep_str_sub(s, 1, 3), 255, &byte)) {
		rep_buf_addc(&p->text, byte > ' ' && byte < 0x7f ? (char)byte : ' ');
		return 4;
	}
	if (c == 'n' || c == 'r' || c == 't') {
		rep_buf_addc(&p->text, ' ');
		return 2;
	}
	return 1; /* what follows stands for itself */
}

static void
clean(struct dkim_pasted *p, struct rep_str s)
{
	for (size_t i = 0, n; i < s.n; i += n) {
		struct rep_str rest = rep_str_sub(s, i, s.n);
		unsigned char c = (unsigned char)s.p[i];

		n = 1;
		if (c >= 0x80)
			n = beyond_ascii(p, rest);
		else if (c == '\\')
			n = escaped(p, rest);
		else if (c == '"' || c == '\'' || c == '`')
			note(p, quotes);
		else if (c < ' ' || c == '(' || c == ')')
			rep_buf_addc(&p->text, ' ');
		else
			rep_buf_addc(&p->text, s.p[i]);
	}
}

/* Blanks out a line of a PEM file that begins here: dashes, the word, up to KEY and the dashes behind it. */
static void
pem_line_at(struct dkim_pasted *p, struct rep_str s, size_t at)
{
	struct rep_str near = rep_str_sub(s, at, PEM_MAX);
	size_t key = rep_str_find_nocase(near, REP_S("KEY"), 0), from = at, end;

	while (from > 0 && (s.p[from - 1] == '-' || s.p[from - 1] == ' '))
		from--;
	if (key == SIZE_MAX ||
	    rep_str_find(rep_str_sub(s, from, at - from), REP_S("--"), 0) == SIZE_MAX)
		return;
	near.n = key;
	if (rep_str_find_nocase(near, REP_S("PRIVATE"), 0) != SIZE_MAX)
		p->out->secret = true;
	for (end = at + key + 3; end < s.n && (s.p[end] == '-' || s.p[end] == ' '); end++)
		;
	memset(p->text.p + from, ' ', end - from);
	note(p, pem);
}

static void
pem_lines(struct dkim_pasted *p)
{
	static const char *const words[] = { "BEGIN", "END" };
	struct rep_str s = rep_buf_str(&p->text);

	for (size_t w = 0; w < REP_COUNT(words); w++)
		for (size_t at = 0;
		     (at = rep_str_find_nocase(s, rep_str_c(words[w]), at)) != SIZE_MAX; at++)
			pem_line_at(p, s, at);
}

/* --- the tags ------------------------------------------------------------------------------------ */

/* The tag that begins here: "k =". Returns its index, and where its value begins; TAGS: none. */
static size_t
tag_at(struct rep_str s, size_t i, size_t *value)
{
	const char *t = i < s.n ? strchr(tags, rep_lower(s.p[i])) : NULL;
	size_t k = i + 1;

	if (t == NULL || *t == '\0')
		return TAGS;
	while (k < s.n && s.p[k] == ' ')
		k++;
	/* "==" is the end of base64. */
	if (k >= s.n || s.p[k] != '=' || (k + 1 < s.n && s.p[k + 1] == '='))
		return TAGS;
	*value = k + 1;
	return (size_t)(t - tags);
}

static bool
separates(struct rep_str s, size_t i)
{
	size_t next = i + 1, value;

	if (s.p[i] == ';' || s.p[i] == ',')
		return true;
	while (next < s.n && s.p[next] == ' ')
		next++;
	return s.p[i] == ':' && tag_at(s, next, &value) < TAGS;
}

static void
read_tags(struct dkim_pasted *p)
{
	struct rep_str s = rep_buf_str(&p->text);
	size_t txt = rep_str_find_nocase(s, REP_S("TXT "), 0), t = TAGS, next, value = 0;
	bool boundary = true, fresh = false, nothing = true;

	if (txt != SIZE_MAX && txt < rep_str_chr(s, '=', 0)) {
		s = rep_str_sub(s, txt + 4, s.n);
		note(p, line);
	}
	for (size_t i = 0; i < s.n; i++) {
		if (boundary && (next = tag_at(s, i, &value)) < TAGS) {
			if (t < TAGS) /* only a blank was between them */
				note(p, separators);
			fresh = false;
			t = next;
			p->broken = p->broken || (t == TAGS - 1 && p->there[t]);
			if (p->there[t])
				note(p, twice);
			rep_buf_clear(&p->value[t]);
			p->there[t] = true;
			p->v_first = p->v_first || (t == 0 && nothing);
			nothing = false;
			i = value - 1;
			continue;
		}
		if (separates(s, i)) {
			if (s.p[i] != ';')
				note(p, separators);
			else if (fresh)
				note(p, empty);
			t = TAGS;
			fresh = boundary = true;
			continue;
		}
		boundary = s.p[i] == ' ';
		fresh = fresh && boundary;
		rep_buf_addc(t < TAGS ? &p->value[t] : &p->loose, s.p[i]);
	}
}

static struct rep_str
value_of(const struct dkim_pasted *p, char tag)
{
	return rep_str_trim(rep_buf_str(&p->value[strchr(tags, tag) - tags]));
}

/* --- the key ------------------------------------------------------------------------------------- */

/* Base64 in one piece. False: there is something else in it. */
static bool
material(struct dkim_pasted *p, struct rep_str s, struct rep_buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == ' ' || c == '=')
			continue;
		if (c == '-' || c == '_') {
			c = c == '-' ? '+' : '/';
			note(p, url);
		}
		if (!rep_alnum(c) && c != '+' && c != '/')
			return false;
		rep_buf_addc(out, c);
	}
	return out->n > 0 && !out->full;
}

/* A private key begins with a version (RFC 8017, A.1.2; RFC 5958, 2), a public one with what it is. */
static bool
is_private(const unsigned char *der, size_t n)
{
	size_t head = n > 2 && der[1] >= 0x80 ? 2u + (der[1] & 0x7fu) : 2;

	return n > head + 3 && der[0] == 0x30 && der[head] == 0x02 && der[head + 1] == 0x01 &&
	    der[head + 2] <= 1;
}

/* NULL: it is no public key, or not all of it is one. */
static EVP_PKEY *
open_key(struct dkim_pasted *p, const unsigned char *der, size_t n)
{
	const unsigned char *end = der;
	EVP_PKEY *k = d2i_PUBKEY(NULL, &end, (long)n);

	if (k != NULL && end == der + n) {
		if (EVP_PKEY_get_base_id(k) == EVP_PKEY_ED25519)
			note(p, form);
		return k;
	}
	EVP_PKEY_free(k);
	end = der;
	k = d2i_PublicKey(EVP_PKEY_RSA, NULL, &end, (long)n);
	if (k != NULL && end == der + n) {
		note(p, form);
		return k;
	}
	EVP_PKEY_free(k);
	if (n == ED25519_BYTES &&
	    rep_str_find_nocase(value_of(p, 'k'), REP_S("ed25519"), 0) != SIZE_MAX)
		return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, der, n);
	p->out->secret = p->out->secret || is_private(der, n);
	return NULL;
}

/* Whether receivers may accept its signatures, and it is no random number. */
static bool
acceptable(EVP_PKEY *k)
{
	EVP_PKEY_CTX *ctx;
	int bits = EVP_PKEY_get_bits(k), good;

	if (EVP_PKEY_get_base_id(k) == EVP_PKEY_ED25519)
		return true;
	if (EVP_PKEY_get_base_id(k) != EVP_PKEY_RSA || bits < BITS_MIN || bits > BITS_MAX ||
	    (ctx = EVP_PKEY_CTX_new_from_pkey(NULL, k, NULL)) == NULL)
		return false;
	good = EVP_PKEY_public_check(ctx);
	EVP_PKEY_CTX_free(ctx);
	return good == 1;
}

/* The value of p=, as RFC 6376 (3.6.1) and RFC 8463 (4) want it. Returns its length; 0: none. */
static size_t
base64_of(EVP_PKEY *k, unsigned char out[DER_MAX * 2])
{
	unsigned char raw[ED25519_BYTES], *der = NULL;
	size_t n = sizeof raw;
	int len;

	if (EVP_PKEY_get_base_id(k) == EVP_PKEY_ED25519)
		return EVP_PKEY_get_raw_public_key(k, raw, &n) != 1
		    ? 0
		    : (size_t)EVP_EncodeBlock(out, raw, (int)n);
	len = i2d_PUBKEY(k, &der);
	n = len <= 0 || len > DER_MAX ? 0 : (size_t)EVP_EncodeBlock(out, der, len);
	OPENSSL_free(der);
	return n;
}

/* --- the record ---------------------------------------------------------------------------------- */

/* A tag beside the key stays, if it says something that can be read. */
static void
keep(struct dkim_pasted *p, char tag, struct rep_buf *b)
{
	struct rep_str v = value_of(p, tag);

	for (size_t i = 0; i < v.n; i++)
		if (!rep_alnum(v.p[i]) && strchr(":*-", v.p[i]) == NULL)
			return;
	if (v.n == 0)
		return;
	rep_buf_printf(b, "%c=", tag);
	for (size_t i = 0; i < v.n; i++)
		rep_buf_addc(b, rep_lower(v.p[i]));
	rep_buf_add(b, REP_S("; "));
}

static void
write_record(struct dkim_pasted *p, EVP_PKEY *key, struct rep_arena *a)
{
	bool ed = EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519;
	const char *k = ed ? "ed25519" : "rsa";
	unsigned char base64[DER_MAX * 2];
	size_t n = base64_of(key, base64);
	struct rep_dkim_key check;
	struct rep_buf b;

	if (!p->v_first || !rep_str_eq(value_of(p, 'v'), REP_S("DKIM1")))
		note(p, no_v);
	if (!rep_str_eq(value_of(p, 'k'), rep_str_c(k)) && (p->there[1] || ed))
		note(p, kind);
	rep_buf_init(&b, TEXT_MAX);
	rep_buf_printf(&b, "v=DKIM1; k=%s; ", k);
	keep(p, 'h', &b);
	keep(p, 's', &b);
	keep(p, 't', &b);
	rep_buf_printf(&b, "p=%.*s", (int)n, (const char *)base64);
	rep_dkim_key_parse(rep_buf_str(&b), &check);
	if (n > 0 && !b.full && check.state == REP_DKIM_KEY_OK && check.sha256 && check.email)
		p->out->record = rep_arena_dup(a, rep_buf_str(&b));
	rep_buf_fini(&b);
}

static void
find_key(struct dkim_pasted *p, struct rep_arena *a)
{
	struct rep_str s = value_of(p, 'p');
	unsigned char der[DER_MAX];
	struct rep_buf b;
	EVP_PKEY *key = NULL;
	size_t n;

	if (!p->there[TAGS - 1]) {
		s = rep_str_trim(rep_buf_str(&p->loose));
		note(p, no_p);
	} else if (rep_str_trim(rep_buf_str(&p->loose)).n > 0) {
		note(p, other);
	}
	rep_buf_init(&b, TEXT_MAX);
	if (material(p, s, &b) && (n = rep_base64(rep_buf_str(&b), der, sizeof der)) != SIZE_MAX &&
	    n > 0)
		key = open_key(p, der, n);
	if (key != NULL && acceptable(key) && !p->out->secret)
		write_record(p, key, a);
	EVP_PKEY_free(key);
	rep_buf_fini(&b);
}

/* --- a key that can be read ---------------------------------------------------------------------- */

/* Adds a tag. Of flags all but y (RFC 6376, 3.6.1); if none is left, nothing. Values may have any byte. */
static void
add_tag(struct rep_buf *b, const struct rep_tag *t, bool flags)
{
	struct rep_str rest = t->value, w;
	bool any = false;

	if (!flags) {
		rep_buf_add(b, b->n > 0 ? REP_S("; ") : REP_S(""));
		rep_buf_add(b, t->name);
		rep_buf_addc(b, '=');
		rep_buf_add(b, t->value);
		return;
	}
	while (rep_tag_word(&rest, ':', &w)) {
		if (w.n == 0 || rep_str_eq_nocase(w, REP_S("y")))
			continue;
		rep_buf_add(b, any ? REP_S(":") : b->n > 0 ? REP_S("; t=") : REP_S("t="));
		rep_buf_add(b, w);
		any = true;
	}
}

struct rep_str
rep_dkim_unlimited(struct rep_str txt, bool short_form, struct rep_arena *a)
{
	struct rep_dkim_key before, after;
	struct rep_str out = { "", 0 };
	struct rep_tags all;
	struct rep_err err;
	bool changed = false;
	struct rep_buf b;

	rep_dkim_key_parse(txt, &before);
	if (before.state != REP_DKIM_KEY_OK || rep_tags_parse(txt, &all, &err) != REP_OK)
		return out;
	rep_buf_init(&b, TEXT_MAX);
	for (size_t i = 0; i < all.n; i++) {
		const struct rep_tag *t = &all.v[i];
		char tag = t->name.n == 1 ? t->name.p[0] : '\0';
		bool test = tag == 't' && before.testing;
		bool goes = (tag == 'h' && !before.sha256) || (tag == 's' && !before.email) ||
		    (tag == 'n' && short_form);

		changed = changed || test || goes;
		if (!goes)
			add_tag(&b, t, test);
	}
	rep_dkim_key_parse(rep_buf_str(&b), &after);
	if (changed && !b.full && after.state == REP_DKIM_KEY_OK && after.sha256 && after.email &&
	    !after.testing && rep_str_eq(before.p, after.p))
		out = rep_arena_dup(a, rep_buf_str(&b));
	rep_buf_fini(&b);
	return out;
}

void
rep_dkim_repair(struct rep_str txt, struct rep_arena *a, struct rep_dkim_repair *out)
{
	struct dkim_pasted p = { .out = out };

	*out = (struct rep_dkim_repair){ .notes = 0 };
	if (txt.n > TEXT_MAX)
		return;
	rep_buf_init(&p.text, TEXT_MAX);
	rep_buf_init(&p.loose, TEXT_MAX);
	for (size_t i = 0; i < TAGS; i++)
		rep_buf_init(&p.value[i], TEXT_MAX);
	clean(&p, txt);
	pem_lines(&p);
	read_tags(&p);
	if (!p.broken)
		find_key(&p, a);
	rep_buf_fini(&p.text);
	rep_buf_fini(&p.loose);
	for (size_t i = 0; i < TAGS; i++)
		rep_buf_fini(&p.value[i]);
}
