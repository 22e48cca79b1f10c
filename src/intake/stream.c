/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/stream.h"
#include "base/arena.h"
#include "base/hash.h"
#include "mail/srs.h"

#include <stdlib.h>

enum { SLOTS = 1 << 15, MAX_STREAMS = SLOTS / 2, MAX_DOMAINS = 4096, PATTERN_MAX = 48 };

struct stream_slot {
	struct rep_str key;
	uint32_t count; /* of a domain: streams it has */
	bool folded;	/* of a domain: it has more, counted as its "other" */
};

enum { RECENT = 1024 };

struct rep_streams {
	struct {
		uint64_t hash; /* of a sender */
		struct rep_str stream;
	} recent[RECENT];
	const struct rep_stream_named *named;
	size_t named_n;
	struct rep_arena *a;
	struct stream_slot slots[SLOTS]; /* both streams "domain/x" and domains "domain" */
	size_t used, domains;
	struct rep_streams_limits limits;
};

struct rep_streams *
rep_streams_new(const struct rep_stream_named *named, size_t n)
{
	struct rep_streams *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	s->named = named;
	s->named_n = n;
	if ((s->a = rep_arena_new(16 << 20)) == NULL) {
		free(s);
		return NULL;
	}
	return s;
}

void
rep_streams_free(struct rep_streams *s)
{
	if (s == NULL)
		return;
	rep_arena_free(s->a);
	free(s);
}

bool
rep_glob(struct rep_str p, struct rep_str s)
{
	size_t i = 0, k = 0, star = SIZE_MAX, mark = 0;

	while (k < s.n) {
		if (i < p.n && p.p[i] == '*') {
			star = i++;
			mark = k;
		} else if (i < p.n && rep_lower(p.p[i]) == rep_lower(s.p[k])) {
			i++;
			k++;
		} else if (star != SIZE_MAX) {
			i = star + 1;
			k = ++mark;
		} else {
			return false;
		}
	}
	while (i < p.n && p.p[i] == '*')
		i++;
	return i == p.n;
}

static bool
separator(char c)
{
	return c == '-' || c == '_' || c == '.' || c == '+' || c == '=' || c == '#' || c == '*';
}

/* What a byte of a local part is: one look instead of several comparisons. */
enum { DIGIT = 1, HEX = 2, ALNUM = 4 };
#define DIGITS(c) [c] = DIGIT | HEX | ALNUM
#define BOTH(low, what) [low] = (what), [(low) - 'a' + 'A'] = (what)
static const unsigned char kinds[256] = { DIGITS('0'), DIGITS('1'), DIGITS('2'), DIGITS('3'),
	DIGITS('4'), DIGITS('5'), DIGITS('6'), DIGITS('7'), DIGITS('8'), DIGITS('9'),
	BOTH('a', HEX | ALNUM), BOTH('b', HEX | ALNUM), BOTH('c', HEX | ALNUM),
	BOTH('d', HEX | ALNUM), BOTH('e', HEX | ALNUM), BOTH('f', HEX | ALNUM), BOTH('g', ALNUM),
	BOTH('h', ALNUM), BOTH('i', ALNUM), BOTH('j', ALNUM), BOTH('k', ALNUM), BOTH('l', ALNUM),
	BOTH('m', ALNUM), BOTH('n', ALNUM), BOTH('o', ALNUM), BOTH('p', ALNUM), BOTH('q', ALNUM),
	BOTH('r', ALNUM), BOTH('s', ALNUM), BOTH('t', ALNUM), BOTH('u', ALNUM), BOTH('v', ALNUM),
	BOTH('w', ALNUM), BOTH('x', ALNUM), BOTH('y', ALNUM), BOTH('z', ALNUM) };

/* The end of the run of letters and digits at i. */
static size_t
end_of_run(struct rep_str s, size_t i)
{
	while (i < s.n && (kinds[(unsigned char)s.p[i]] & ALNUM) != 0)
		i++;
	return i;
}

/* True for a run of letters and digits that only a machine writes: an id, not a word. */
static bool
machine_made(struct rep_str run)
{
	size_t digits = 0, hex = 0, changes = 0;
	unsigned before = run.n > 0 ? kinds[(unsigned char)run.p[0]] : 0;

	for (size_t i = 0; i < run.n; i++) {
		unsigned kind = kinds[(unsigned char)run.p[i]];

		digits += (kind & DIGIT) != 0;
		hex += (kind & HEX) != 0;
		changes += ((kind ^ before) & DIGIT) != 0;
		before = kind;
	}
	if (digits == run.n || (hex == run.n && run.n >= 8 && digits > 0))
		return true;
	return run.n >= 10 && digits >= 2 && changes >= 3;
}

/* True for "550e8400-e29b-41d4-a716-446655440000" at i, when no letter or digit is around it. */
static bool
uuid_at(struct rep_str s, size_t i)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	if (s.n - i < sizeof form - 1 ||
	    (s.n - i >= sizeof form && rep_alnum(s.p[i + sizeof form - 1])))
		return false;
	for (size_t k = 0; k < sizeof form - 1; k++) {
		char c = rep_lower(s.p[i + k]);

		if (form[k] == '-' ? c != '-' : !rep_digit(c) && (c < 'a' || c > 'f'))
			return false;
	}
	return true;
}

/* Copies one run: as it is, or with each run of digits (or all of it) as one '#'. */
static size_t
put_run(struct rep_str run, char *out, size_t n)
{
	if (machine_made(run)) {
		if (n == 0 || out[n - 1] != '#')
			out[n++] = '#';
		return n;
	}
	for (size_t i = 0; i < run.n && n < PATTERN_MAX; i++) {
		if (!rep_digit(run.p[i]))
			out[n++] = rep_lower(run.p[i]);
		else if (n == 0 || out[n - 1] != '#')
			out[n++] = '#';
	}
	return n;
}

/* "#-#" becomes "#". A "*" replaces everything after it. */
static size_t
squeeze(char *out, size_t n)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		if (k >= 2 && out[i] == '#' && separator(out[k - 1]) && out[k - 2] == '#')
			k--;
		else
			out[k++] = out[i];
	}
	return k;
}

/*
 * For VERP, "bounce-news-4711-simon_fontaine=gmail.com" up to its '=': where the recipient begins.
 * That is after the first number or id and its separator. When there is no number: after the first
 * separator.
 */
static size_t
recipient_in(struct rep_str s)
{
	size_t first = SIZE_MAX, cut = 0, end;
	bool machine = false;

	for (size_t i = 0; i < s.n; i = end + 1) {
		end = end_of_run(s, i);
		if (end < s.n && first == SIZE_MAX)
			first = end + 1;
		if (end > i && machine_made(rep_str_sub(s, i, end - i)) && end < s.n) {
			machine = true;
			cut = end + 1;
		} else if (machine) {
			break;
		}
	}
	return machine ? cut : first != SIZE_MAX ? first : 0;
}

size_t
rep_stream_pattern(struct rep_str local, char *out)
{
	size_t n = 0, eq, start, end, cut = SIZE_MAX;

	if (rep_srs_is(local)) {
		memcpy(out, "srs", 3);
		return 3;
	}
	/* BATV: "prvs=1234567890=user" */
	if (rep_str_starts_nocase(local, REP_S("prvs=")) &&
	    (eq = rep_str_chr(local, '=', 5)) != SIZE_MAX)
		local = rep_str_sub(local, eq + 1, local.n);
	eq = rep_str_rchr(local, '=');
	if (eq != SIZE_MAX && eq > 0 && rep_str_chr(local, '.', eq) != SIZE_MAX) {
		cut = recipient_in(rep_str_sub(local, 0, eq));
		local.n = cut;
	}
	for (size_t i = 0; i < local.n && n < PATTERN_MAX; i = end) {
		start = i;
		end = end_of_run(local, i);
		if (end > start && uuid_at(local, start)) {
			end = start + 36;
			n = put_run(REP_S("0"), out, n);
		} else if (end > start) {
			n = put_run(rep_str_sub(local, start, end - start), out, n);
		} else if ((local.p[end++] & 0x80) == 0) {
			out[n++] = local.p[start] <= ' ' ? '_' : local.p[start];
		} else if (n == 0 || out[n - 1] != '#') {
			out[n++] = '#';
		}
	}
	n = squeeze(out, n);
	if (cut != SIZE_MAX && n < PATTERN_MAX)
		out[n++] = '*';
	return n;
}

static struct stream_slot *
slot_of(struct rep_streams *s, struct rep_str key)
{
	for (size_t i = rep_hash(key);; i++) {
		struct stream_slot *t = &s->slots[i % SLOTS];

		if (t->key.p == NULL || rep_str_eq(t->key, key))
			return t;
	}
}

/* Finds key as it is stored, and adds it when it is missing. p == NULL when there is no room. */
static struct stream_slot *
intern(struct rep_streams *s, struct rep_str key)
{
	struct stream_slot *t = slot_of(s, key);

	if (t->key.p != NULL)
		return t;
	if (s->used >= MAX_STREAMS)
		return NULL;
	t->key = rep_arena_dup(s->a, key);
	if (t->key.p == NULL)
		return NULL;
	s->used++;
	return t;
}

static struct rep_str
counted(struct rep_streams *s, struct rep_str domain, struct rep_str full)
{
	char other[REP_STREAM_TEXT];
	struct stream_slot *d, *t = slot_of(s, full);

	if (t->key.p != NULL)
		return t->key;
	d = slot_of(s, domain);
	if (d->key.p == NULL) {
		if (s->domains >= MAX_DOMAINS || (d = intern(s, domain)) == NULL) {
			s->limits.full = true;
			return REP_S("other/other");
		}
		s->domains++;
	}
	if (d->count >= REP_STREAMS_PER_DOMAIN - 1) {
		memcpy(other, domain.p, domain.n);
		memcpy(other + domain.n, "/other", 6);
		full = (struct rep_str){ other, domain.n + 6 };
		if (!d->folded && s->limits.folded++ == 0)
			s->limits.first = d->key;
		d->folded = true;
	} else {
		d->count++;
	}
	t = intern(s, full);
	s->limits.full |= t == NULL;
	return t != NULL ? t->key : REP_S("other/other");
}

struct rep_streams_limits
rep_streams_limits(const struct rep_streams *s)
{
	return s->limits;
}

void
rep_streams_seen(struct rep_streams *s, struct rep_str stream)
{
	size_t slash = rep_str_chr(stream, '/', 0);

	if (slash != SIZE_MAX && stream.n < REP_STREAM_TEXT)
		(void)counted(s, rep_str_sub(stream, 0, slash), stream);
	else if (stream.n > 0)
		(void)intern(s, stream);
}

static bool
any_of(const struct rep_str *v, size_t n, struct rep_str s)
{
	for (size_t i = 0; i < n; i++)
		if (s.n > 0 && rep_glob(v[i], s))
			return true;
	return false;
}

static struct rep_str
look_up(struct rep_streams *s, struct rep_str sender, struct rep_str list_id,
    struct rep_str feedback_id)
{
	char full[REP_STREAM_TEXT];
	size_t at = rep_str_rchr(sender, '@'), n;
	struct rep_str domain, id = list_id.n > 0 ? list_id : feedback_id;

	for (size_t i = 0; i < s->named_n; i++)
		if (any_of(s->named[i].from, s->named[i].from_n, sender) ||
		    any_of(s->named[i].list_id, s->named[i].list_id_n, list_id) ||
		    any_of(s->named[i].feedback_id, s->named[i].feedback_id_n, feedback_id))
			return s->named[i].name;
	if (sender.n == 0)
		return (struct rep_str){ "", 0 };
	domain = at == SIZE_MAX ? REP_S("local") : rep_str_sub(sender, at + 1, 200);
	n = domain.n;
	for (size_t i = 0; i < n; i++)
		full[i] = domain.p[i] == '/' ? '_' : rep_lower(domain.p[i]);
	domain = (struct rep_str){ full, n };
	full[n++] = '/';
	if (id.n == 0)
		id = rep_str_sub(sender, 0, at == SIZE_MAX ? sender.n : at);
	n += rep_stream_pattern(rep_str_sub(id, 0, 128), full + n);
	return counted(s, domain, (struct rep_str){ full, n });
}

struct rep_str
rep_stream_of(struct rep_streams *s, struct rep_str sender, struct rep_str list_id,
    struct rep_str feedback_id)
{
	uint64_t h;
	size_t i;

	if (sender.n == 0 || list_id.n > 0 || feedback_id.n > 0)
		return look_up(s, sender, list_id, feedback_id);
	h = rep_hash(sender);
	i = h % RECENT;
	if (s->recent[i].hash != h || s->recent[i].stream.n == 0) {
		s->recent[i].stream = look_up(s, sender, list_id, feedback_id);
		s->recent[i].hash = h;
	}
	return s->recent[i].stream;
}

struct rep_str
rep_stream_forwarded(struct rep_streams *s, struct rep_str by)
{
	char full[REP_STREAM_TEXT];
	size_t n = 0;

	by = rep_str_sub(by, 0, 200);
	for (; n < by.n; n++)
		full[n] = by.p[n] == '/' ? '_' : rep_lower(by.p[n]);
	memcpy(full + n, "/forwarded", 10);
	return counted(s, (struct rep_str){ full, n }, (struct rep_str){ full, n + 10 });
}
