/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sample.h"
#include "store/sample_header.h"

#include "mail/mask.h"

#include <stdlib.h>

enum { SLOTS = 4 * REP_FORMS_MAX, EVICT = REP_FORMS_MAX / 16 };

/* Is put at the end of a text that was cut. */
#define CUT_MARK " [...]"
enum { TEXT_ROOM = REP_SAMPLE_TEXT_MAX + sizeof CUT_MARK };

/* --- folding: what two replies of one form have in common ----------------------------------- */

/* Kinds of bytes. */
enum { OTHER, DIGIT, HEX, LETTER, ADDRESS, AT };

static unsigned char kinds[256];

static void
make_kinds(void)
{
	static const char address[] = ".!#$%&'*+-/=?^_`{|}~";

	for (int c = 128; c < 256; c++)
		kinds[c] = ADDRESS;
	for (const char *p = address; *p != '\0'; p++)
		kinds[(unsigned char)*p] = ADDRESS;
	for (int c = 0; c < 26; c++)
		kinds['a' + c] = kinds['A' + c] = c < 6 ? HEX : LETTER;
	for (int c = '0'; c <= '9'; c++)
		kinds[c] = DIGIT;
	kinds['@'] = AT;
}

static inline unsigned
kind(char c)
{
	return kinds[(unsigned char)c];
}

static bool
joins_ids(char c)
{
	return c == '-' || c == ':' || c == '.' || c == '_';
}

struct folding {
	struct rep_str s;
	char *out;
	size_t n;
	size_t id_end; /* where the last id ended in out; SIZE_MAX: there is none */
};

/* An id becomes "0". Two ids with a '-', ':', '.' or '_' between them become one "0". */
static void
put_id(struct folding *f)
{
	if (f->id_end != SIZE_MAX && f->n == f->id_end + 1 && joins_ids(f->out[f->n - 1])) {
		f->n = f->id_end;
		return;
	}
	f->out[f->n++] = '0';
	f->id_end = f->n;
}

/* Folds a run of letters and digits at i. Returns where the run ends. */
static size_t
fold_run(struct folding *f, size_t i)
{
	unsigned kinds_in = 0, was = 0, k;
	size_t start = i, changes = 0, n;

	for (; i < f->s.n && (k = kind(f->s.p[i])) >= DIGIT && k <= LETTER; i++) {
		kinds_in |= 1u << k;
		changes += was != 0 && (k == DIGIT) != (was == DIGIT);
		was = k;
	}
	n = i - start;
	if (!(kinds_in & 1u << DIGIT)) {
		/* "dead" in a UUID is a part of the id; elsewhere it is a word */
		if (kinds_in == 1u << HEX && f->id_end != SIZE_MAX && f->n == f->id_end + 1 &&
		    (f->out[f->n - 1] == '-' || f->out[f->n - 1] == ':')) {
			put_id(f);
			return i;
		}
		memcpy(f->out + f->n, f->s.p + start, n);
		f->n += n;
		return i;
	}
	if (kinds_in == 1u << DIGIT || (!(kinds_in & 1u << LETTER) && n >= 4) ||
	    (n >= 8 && changes >= 2) || n >= 20) {
		put_id(f);
		return i;
	}
	for (; start < i; start++)
		if (kind(f->s.p[start]) != DIGIT)
			f->out[f->n++] = f->s.p[start];
		else if (f->n == 0 || f->out[f->n - 1] != '0')
			f->out[f->n++] = '0';
	return i;
}

/* The address around an '@' (or "%40", of width 3) at i becomes one '@'. */
static size_t
fold_address(struct folding *f, size_t i, size_t width)
{
	unsigned k;

	while (f->n > 0 && (k = kind(f->out[f->n - 1])) != OTHER &&
	    (width == 1 ||
		(k <= LETTER || f->out[f->n - 1] == '.' || f->out[f->n - 1] == '-' ||
		    f->out[f->n - 1] == '_' || f->out[f->n - 1] == '+')))
		f->n--;
	f->out[f->n++] = '@';
	f->id_end = SIZE_MAX;
	for (i += width; i < f->s.n; i++)
		if (f->s.p[i] != '.' && f->s.p[i] != '-' &&
		    ((k = kind(f->s.p[i])) < DIGIT || k > LETTER))
			break;
	return i;
}

/*
 * Copies what stays the same, from i on: words and the characters between them, up to a word with a
 * digit, an '@' or a '%'. Returns where that begins. Most of a reply is copied here.
 */
static size_t
fold_plain(struct folding *f, size_t i)
{
	size_t start = i;

	/* this may continue an id: leave it to the code that looks at ids */
	if (f->id_end != SIZE_MAX && f->n <= f->id_end + 1)
		return i;
	while (i < f->s.n && kind(f->s.p[i]) != DIGIT && kind(f->s.p[i]) != AT && f->s.p[i] != '%')
		i++;
	if (i < f->s.n && kind(f->s.p[i]) == DIGIT)
		while (i > start && kind(f->s.p[i - 1]) >= HEX && kind(f->s.p[i - 1]) <= LETTER)
			i--;
	memcpy(f->out + f->n, f->s.p + start, i - start);
	f->n += i - start;
	return i;
}

size_t
rep_sample_fold(struct rep_str s, char *out)
{
	struct folding f = { .s = s, .out = out, .id_end = SIZE_MAX };
	unsigned k;

	if (kinds['@'] != AT)
		make_kinds();
	for (size_t i = 0; i < s.n;) {
		if ((i = fold_plain(&f, i)) == s.n)
			break;
		k = kind(s.p[i]);
		if (k >= DIGIT && k <= LETTER)
			i = fold_run(&f, i);
		else if (k == AT)
			i = fold_address(&f, i, 1);
		else if (s.p[i] == '%' && i + 2 < s.n && s.p[i + 1] == '4' && s.p[i + 2] == '0')
			i = fold_address(&f, i, 3);
		else
			f.out[f.n++] = s.p[i++];
	}
	return f.n;
}

/* --- the recipient's local part ------------------------------------------------------------- */

/* Words that are usual in replies. A local part that is such a word names nobody. */
static bool
is_plain_word(struct rep_str s)
{
	static const char *const words[] = { "abuse", "access", "account", "address", "admin",
		"blocked", "client", "command", "contact", "data", "delivery", "domain", "email",
		"error", "for", "from", "help", "host", "inbox", "info", "invalid", "list", "mail",
		"mailbox", "mailer", "message", "news", "not", "office", "policy", "postmaster",
		"quota", "recipient", "reject", "rejected", "reply", "root", "said", "sales",
		"sender", "server", "service", "smtp", "spam", "support", "temporary", "test",
		"the", "this", "unknown", "user", "you", "your" };

	for (size_t i = 0; i < REP_COUNT(words); i++)
		if (rep_str_eq_nocase(s, rep_str_c(words[i])))
			return true;
	return false;
}

/*
 * Removes the local part of an address from text (n bytes, changed in place). Returns the new
 * length.
 */
static size_t
hide_local(char *text, size_t n, struct rep_str address)
{
	size_t at = rep_str_rchr(address, '@'), i = 0;
	struct rep_str local = at == SIZE_MAX ? address : rep_str_sub(address, 0, at);
	char lo, up;

	if (local.n < 3 || local.n > n)
		return n;
	lo = rep_lower(local.p[0]);
	up = lo >= 'a' && lo <= 'z' ? (char)(lo - 32) : lo;
	for (; i + local.n <= n; i++) {
		if ((text[i] != lo && text[i] != up) ||
		    !rep_str_eq_nocase((struct rep_str){ text + i, local.n }, local) ||
		    (i > 0 && rep_alnum(text[i - 1])) ||
		    (i + local.n < n && (rep_alnum(text[i + local.n]) || text[i + local.n] == '@')))
			continue;
		if (is_plain_word(local))
			return n;
		memcpy(text + i, "***", 3);
		memmove(text + i + 3, text + i + local.n, n - i - local.n);
		n -= local.n - 3;
	}
	return n;
}

/*
 * The part of a fact's text that is stored, without the recipient. Needs room for
 * REP_SAMPLE_TEXT_MAX.
 */
static struct rep_str
own_text(const struct rep_fact *fact, char *to)
{
	size_t n = fact->text.n;

	if (n > REP_SAMPLE_TEXT_MAX) {
		/* not inside a word: half an address would not be recognised */
		for (n = REP_SAMPLE_TEXT_MAX; n > 0 && !rep_blank(fact->text.p[n]); n--)
			;
	}
	if (n > 0)
		memcpy(to, fact->text.p, n);
	n = hide_local(to, n, fact->recipient);
	n = hide_local(to, n, fact->orig_to);
	return (struct rep_str){ to, n };
}

/* --- the forms ------------------------------------------------------------------------------ */

void
rep_forms_clear(struct rep_forms *f)
{
	for (uint32_t i = 0; i < f->n; i++)
		free(f->v[i].p);
	free(f->v);
	free(f->slot);
	*f = (struct rep_forms){ 0 };
}

static uint32_t
find(const struct rep_forms *f, uint64_t key)
{
	uint32_t i = (uint32_t)key & (SLOTS - 1);

	while (f->slot[i] != 0 && f->v[f->slot[i] - 1].row.form != key)
		i = (i + 1) & (SLOTS - 1);
	return i;
}

static void
place_all(struct rep_forms *f)
{
	memset(f->slot, 0, SLOTS * sizeof *f->slot);
	for (uint32_t i = 0; i < f->n; i++)
		f->slot[find(f, f->v[i].row.form)] = (uint16_t)(i + 1);
}

static bool
set_texts(struct rep_form *form, struct rep_str text, struct rep_str host)
{
	if (text.n + host.n > form->cap) {
		size_t cap = (text.n + host.n + 63) & ~(size_t)63;
		char *p = realloc(form->p, cap);

		if (p == NULL)
			return false;
		form->p = p;
		form->cap = (uint32_t)cap;
	}
	if (text.n > 0)
		memcpy(form->p, text.p, text.n);
	if (host.n > 0)
		memcpy(form->p + text.n, host.p, host.n);
	form->row.text = (struct rep_str){ form->p, text.n };
	form->row.host = (struct rep_str){ form->p + text.n, host.n };
	return true;
}

/* Adds a new one at the end of v, without a slot. NULL when out of memory. */
static struct rep_form *
append(struct rep_forms *f)
{
	if (f->n == f->cap) {
		uint32_t cap = f->cap == 0 ? 64 : f->cap * 2;
		struct rep_form *v = realloc(f->v, cap * sizeof *v);

		if (v == NULL)
			return NULL;
		f->v = v;
		f->cap = cap;
	}
	f->v[f->n] = (struct rep_form){ 0 };
	return &f->v[f->n++];
}

static enum rep_rc
on_row(void *ctx, const struct rep_sample_row *row)
{
	struct rep_forms *f = ctx;
	struct rep_form *form;

	if (f->n >= REP_FORMS_MAX)
		return REP_OK;
	if ((form = append(f)) == NULL)
		return REP_EMEM;
	form->row = *row;
	form->stored = true;
	return set_texts(form, row->text, row->host) ? REP_OK : REP_EMEM;
}

static enum rep_rc
headers(struct rep_forms *f, struct rep_backend *b, struct rep_err *err)
{
	struct rep_sample_headers h;
	enum rep_rc rc = rep_sample_headers_load(b, &h, err);

	if (rc != REP_OK)
		return rc;
	for (uint32_t i = 0; i < f->n; i++)
		f->v[i].row.header_faults = rep_sample_header_of(&h, f->v[i].row.id);
	rep_sample_headers_fini(&h);
	return REP_OK;
}

enum rep_rc
rep_forms_load(struct rep_forms *f, struct rep_backend *b, struct rep_err *err)
{
	enum rep_rc rc;

	if (f->loaded)
		return REP_OK;
	rep_forms_clear(f);
	if ((f->slot = calloc(SLOTS, sizeof *f->slot)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for samples");
	rc = b->ops->samples(b, on_row, f, err);
	if (rc == REP_EMEM)
		return rep_fail(err, rc, "out of memory for samples");
	if (rc == REP_OK)
		rc = headers(f, b, err);
	place_all(f);
	f->loaded = rc == REP_OK;
	return rc;
}

/* The newest first. */
static int
by_last(const void *a, const void *b)
{
	const struct rep_form *x = a, *y = b;

	if (x->row.last_s != y->row.last_s)
		return x->row.last_s > y->row.last_s ? -1 : 1;
	return x->row.id > y->row.id ? -1 : x->row.id < y->row.id;
}

static enum rep_rc
drop(struct rep_forms *f, struct rep_backend *b, uint32_t i, struct rep_err *err)
{
	int64_t id = f->v[i].row.id;
	bool stored = f->v[i].stored;

	f->header_dirty |= f->v[i].row.header_faults != 0;
	f->dirty |= f->header_dirty;
	free(f->v[i].p);
	f->v[i] = f->v[--f->n];
	return stored ? b->ops->sample_drop(b, id, err) : REP_OK;
}

/* Removes several at once: sorting for each one would be slow when forms come by the thousand. */
static enum rep_rc
evict(struct rep_forms *f, struct rep_backend *b, struct rep_err *err)
{
	enum rep_rc rc = REP_OK;

	qsort(f->v, f->n, sizeof *f->v, by_last);
	for (int i = 0; i < EVICT && rc == REP_OK; i++) {
		rc = drop(f, b, f->n - 1, err);
		f->dropped++;
	}
	place_all(f);
	return rc;
}

static uint64_t
form_key(const struct rep_key *key, const struct rep_sample_row *row, struct rep_str text)
{
	char buf[16 + REP_SAMPLE_TEXT_MAX];
	uint32_t head[4] = { row->provider, row->provider_domain, row->rule, (uint32_t)row->class };

	memcpy(buf, head, sizeof head);
	return rep_siphash(
	    key, (struct rep_str){ buf, sizeof head + rep_sample_fold(text, buf + sizeof head) });
}

enum rep_rc
rep_forms_add(struct rep_forms *f, struct rep_backend *b, const struct rep_key *key,
    const struct rep_fact *fact, const struct rep_sample_row *row, int64_t *next_id, int64_t *id,
    struct rep_err *err)
{
	char text[TEXT_ROOM];
	struct rep_str said = own_text(fact, text);
	uint64_t k = form_key(key, row, said);
	struct rep_form *form;
	uint32_t at = find(f, k);
	enum rep_rc rc;

	if (f->slot[at] == 0) {
		if (f->n >= REP_FORMS_MAX) {
			if ((rc = evict(f, b, err)) != REP_OK)
				return rc;
			at = find(f, k);
		}
		if ((form = append(f)) == NULL)
			return rep_fail(err, REP_EMEM, "out of memory for samples");
		f->slot[at] = (uint16_t)f->n;
		form->row = *row;
		form->row.form = k;
		*next_id += *next_id == 0; /* 0 means none: a fact with form 0 would have no text */
		form->row.id = (*next_id)++;
		form->row.count = 0;
		form->row.first_s = form->row.last_s = fact->at_s;
	}
	form = &f->v[f->slot[at] - 1];
	form->row.count++;
	f->header_dirty |= (fact->header_faults & ~form->row.header_faults) != 0;
	form->row.header_faults |= fact->header_faults;
	if (fact->contact.n > 0 && fact->contact.n < sizeof form->contact) {
		memcpy(form->contact, fact->contact.p, fact->contact.n);
		form->contact[fact->contact.n] = '\0';
	}
	form->dirty = f->dirty = true;
	*id = form->row.id;
	if (fact->at_s < form->row.first_s)
		form->row.first_s = fact->at_s;
	if (fact->at_s < form->row.last_s)
		return REP_OK;
	form->row.last_s = fact->at_s;
	form->row.code = row->code;
	if (fact->text.n > REP_SAMPLE_TEXT_MAX) { /* the mark is not part of the form */
		memcpy(text + said.n, CUT_MARK, sizeof CUT_MARK - 1);
		said.n += sizeof CUT_MARK - 1;
	}
	if (!set_texts(form, said, rep_str_sub(fact->host, 0, 255)))
		return rep_fail(err, REP_EMEM, "out of memory for samples");
	return REP_OK;
}

/* Masks the texts of a form and writes it. */
static enum rep_rc
flush(struct rep_form *form, struct rep_backend *b, struct rep_buf *text, struct rep_buf *host,
    struct rep_err *err)
{
	rep_buf_clear(text);
	rep_buf_clear(host);
	rep_mask_but(text, form->row.text, rep_str_c(form->contact));
	rep_mask(host, form->row.host);
	if (text->full || host->full || !set_texts(form, rep_buf_str(text), rep_buf_str(host)))
		return rep_fail(err, REP_EMEM, "out of memory for samples");
	form->dirty = false;
	form->stored = true;
	return b->ops->sample_put(b, &form->row, err);
}

_Static_assert((int)REP_SAMPLE_HEADERS_MAX == (int)REP_FORMS_MAX, "one for each form");

static enum rep_rc
put_headers(const struct rep_forms *f, struct rep_backend *b, struct rep_err *err)
{
	struct rep_sample_headers h = { calloc(f->n + 1, sizeof *h.v), 0 };
	enum rep_rc rc;

	if (h.v == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for samples");
	for (uint32_t i = 0; i < f->n; i++)
		if (f->v[i].row.header_faults != 0)
			h.v[h.n++] =
			    (struct rep_sample_header){ f->v[i].row.id, f->v[i].row.header_faults };
	rc = rep_sample_headers_put(&h, b, err);
	rep_sample_headers_fini(&h);
	return rc;
}

enum rep_rc
rep_forms_flush(struct rep_forms *f, struct rep_backend *b, struct rep_err *err)
{
	struct rep_buf text, host;
	enum rep_rc rc = REP_OK;

	if (!f->dirty)
		return REP_OK;
	/* masking adds at most three bytes for each '@' (mail/mask.h) */
	rep_buf_init(&text, 4 * TEXT_ROOM);
	rep_buf_init(&host, 4 * TEXT_ROOM);
	for (uint32_t i = 0; i < f->n && rc == REP_OK; i++)
		if (f->v[i].dirty)
			rc = flush(&f->v[i], b, &text, &host, err);
	if (rc == REP_OK && f->header_dirty)
		rc = put_headers(f, b, err);
	f->header_dirty = false;
	f->dirty = false;
	rep_buf_fini(&text);
	rep_buf_fini(&host);
	return rc;
}

enum rep_rc
rep_forms_drop(
    struct rep_forms *f, struct rep_backend *b, struct rep_str masked, struct rep_err *err)
{
	enum rep_rc rc = REP_OK;

	for (uint32_t i = f->n; i-- > 0 && rc == REP_OK;)
		if (rep_str_find_nocase(f->v[i].row.text, masked, 0) != SIZE_MAX)
			rc = drop(f, b, i, err);
	place_all(f);
	return rc;
}
