/* SPDX-License-Identifier: Apache-2.0 */
#include "act/payload.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>

#include "base/json_out.h"
#include "base/time.h"
#include "base/version.h"

/* --- text that is only text ------------------------------------------------------------------------ */

/*
 * The next character of a text, as it may be sent: control characters become a blank (tabs stay, and line ends where
 * they are allowed), what is not UTF-8 becomes '?'. Returns how many bytes it takes.
 */
static size_t
next_char(struct rep_str s, size_t i, bool lines, struct rep_str *one)
{
	size_t len = rep_utf8_len(s, i);
	unsigned char c = (unsigned char)s.p[i];

	if (len == 0) {
		*one = REP_S("?");
		return 1;
	}
	*one = rep_str_sub(s, i, len);
	if (len == 1 && (c < ' ' || c == 0x7f) && c != '\t' && !(lines && c == '\n'))
		*one = c == '\r' && lines ? (struct rep_str){ "", 0 } : REP_S(" ");
	return len;
}

/* At most `most` bytes of a text, whole characters; what was cut is said. */
static void
add_text(struct rep_str s, bool lines, size_t most, struct rep_buf *out)
{
	static const struct rep_str cut = { " [cut]", 6 };
	size_t start = out->n, fits = out->n;
	struct rep_str one;

	for (size_t i = 0; i < s.n;) {
		i += next_char(s, i, lines, &one);
		if (out->n - start + one.n > most) {
			out->n = fits;
			rep_buf_add(out, cut);
			return;
		}
		rep_buf_add(out, one);
		if (out->n - start + cut.n <= most)
			fits = out->n;
	}
}

/* --- headers ------------------------------------------------------------------------------------------ */

/* Long enough for any line of words, short enough that none of them breaks the limit of a line. */
enum { FOLD_COLUMN = 76, WORD_BYTES = 900, ENCODED_BYTES = 45 };

/* Whether a value can stand as it is: ASCII, no beginning of an encoded word, no word longer than a line. */
static bool
is_plain(struct rep_str s)
{
	size_t word = 0;

	for (size_t i = 0; i < s.n; i++) {
		word = s.p[i] == ' ' ? 0 : word + 1;
		if (word > WORD_BYTES)
			return false;
	}
	return rep_str_printable(s, true) && rep_str_find(s, REP_S("=?"), 0) == SIZE_MAX;
}

/* Words, each on the same line while that has room. */
static void
fold_plain(struct rep_str s, size_t at, struct rep_buf *out)
{
	bool fold = at != SIZE_MAX;
	size_t i = 0, end;

	while (i < s.n) {
		end = rep_str_chr(s, ' ', i);
		end = end == SIZE_MAX ? s.n : end;
		if (fold && i > 0 && at + end - i > FOLD_COLUMN && end > i) {
			out->n -= out->full ? 0 : 1; /* the blank after the word before */
			rep_buf_add(out, REP_S("\n "));
			at = 1;
		}
		rep_buf_add(out, rep_str_sub(s, i, end - i + 1));
		at += fold ? end - i + 1 : 0;
		i = end + 1;
	}
}

/* One encoded word of at most 75 bytes (RFC 2047 section 2), of whole characters. */
static void
encoded_word(struct rep_str s, struct rep_buf *out)
{
	unsigned char word[(ENCODED_BYTES + 2) / 3 * 4 + 1];
	int n = EVP_EncodeBlock(word, (const unsigned char *)s.p, (int)s.n);

	rep_buf_printf(out, "=?UTF-8?B?%.*s?=", n, (const char *)word);
}

static void
encode(struct rep_str s, bool fold, struct rep_buf *out)
{
	size_t from = 0, i = 0, len;

	while (i < s.n) {
		len = rep_utf8_len(s, i);
		if (i + len - from > ENCODED_BYTES) {
			encoded_word(rep_str_sub(s, from, i - from), out);
			rep_buf_add(out, fold ? REP_S("\n ") : REP_S(" "));
			from = i;
		}
		i += len;
	}
	encoded_word(rep_str_sub(s, from, s.n), out);
}

void
rep_payload_header_value(struct rep_str value, size_t at, struct rep_buf *out)
{
	struct rep_buf clean;
	struct rep_str s;

	rep_buf_init(&clean, REP_PAYLOAD_MAX);
	add_text(value, false, REP_PAYLOAD_MAX, &clean);
	for (size_t i = 0; i < clean.n; i++) /* a tab is no printable character of a value */
		clean.p[i] = clean.p[i] == '\t' ? ' ' : clean.p[i];
	s = rep_str_trim(rep_buf_str(&clean));
	if (is_plain(s))
		fold_plain(s, at, out);
	else
		encode(s, at != SIZE_MAX, out);
	out->full = out->full || clean.full;
	rep_buf_fini(&clean);
}

/* --- mail --------------------------------------------------------------------------------------------- */

/* A Message-ID. The same message has the same one each time, so that a double can be told. */
static void
message_id(
    const struct rep_alert_message *m, struct rep_str id, const char *of, struct rep_buf *out)
{
	rep_buf_printf(out, "<%.*s.%s@", REP_PR(id), of);
	if (m->host.n == 0)
		rep_buf_add(out, REP_S("reputed.invalid"));
	for (size_t i = 0; i < m->host.n; i++)
		rep_buf_addc(out,
		    rep_alnum(m->host.p[i]) || m->host.p[i] == '.' || m->host.p[i] == '-'
			? m->host.p[i]
			: '-');
	rep_buf_addc(out, '>');
}

/*
 * The message that opens an alert has an id made of the alert's, so that each later one can point to it without
 * knowing its own.
 */
static void
threads(const struct rep_alert_message *m, struct rep_buf *out)
{
	bool opens = m->event == REP_ALERT_OPENED && m->alert.n > 0;

	rep_buf_add(out, REP_S("Message-ID: "));
	message_id(m, opens ? m->alert : m->id, opens ? "alert" : "message", out);
	if (!opens && m->event != REP_ALERT_TEST && m->event != REP_ALERT_DIGEST &&
	    m->alert.n > 0) {
		rep_buf_add(out, REP_S("\nIn-Reply-To: "));
		message_id(m, m->alert, "alert", out);
		rep_buf_add(out, REP_S("\nReferences: "));
		message_id(m, m->alert, "alert", out);
	}
	rep_buf_addc(out, '\n');
}

/* RFC 5322 section 3.3, in UTC. */
static void
date(int64_t at_s, struct rep_buf *out)
{
	static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
		"Aug", "Sep", "Oct", "Nov", "Dec" };
	int64_t day = (at_s - (at_s % REP_DAY_S + REP_DAY_S) % REP_DAY_S) / REP_DAY_S;
	struct rep_civil c;

	rep_time_to_civil(at_s, &c);
	rep_buf_printf(out, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\n",
	    days[(day % 7 + 7) % 7], c.day, months[c.month - 1], c.year, c.hour, c.min, c.sec);
}

/* One line of the text, in pieces that a mail may have: at a blank if there is one near the end. */
static void
mail_line(struct rep_str s, struct rep_buf *out)
{
	size_t end, blank;

	while (s.n > REP_MAIL_LINE_MAX) {
		end = rep_str_cut(s, REP_MAIL_LINE_MAX).n;
		blank = rep_str_rchr(rep_str_sub(s, 0, end), ' ');
		if (blank != SIZE_MAX && blank > REP_MAIL_LINE_MAX / 2)
			end = blank + 1;
		rep_buf_add(out, rep_str_sub(s, 0, end));
		rep_buf_addc(out, '\n');
		s = rep_str_sub(s, end, s.n);
	}
	rep_buf_add(out, s);
	rep_buf_addc(out, '\n');
}

static bool
is_ascii(struct rep_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] > 0x7f)
			return false;
	return true;
}

void
rep_payload_mail(
    const struct rep_alert_message *m, struct rep_str from, struct rep_str to, struct rep_buf *out)
{
	static const struct rep_str subject = { "Subject: [reputed] ", 19 };
	struct rep_buf text;
	struct rep_str rest;

	rep_buf_init(&text, REP_PAYLOAD_MAX);
	add_text(m->text, true, REP_PAYLOAD_MAX, &text);
	if (from.n > 0)
		rep_buf_printf(out, "From: reputed <%.*s>\n", REP_PR(from));
	rep_buf_printf(out, "To: %.*s\n", REP_PR(to));
	rep_buf_add(out, subject);
	rep_payload_header_value(m->title, subject.n, out);
	rep_buf_addc(out, '\n');
	date(m->at_s, out);
	threads(m, out);
	rep_buf_printf(out,
	    "Auto-Submitted: auto-generated\n"
	    "X-Reputed-Id: %.*s\n"
	    "MIME-Version: 1.0\n"
	    "Content-Type: text/plain; charset=utf-8; format=fixed\n"
	    "Content-Transfer-Encoding: %s\n\n",
	    REP_PR(m->id), is_ascii(rep_buf_str(&text)) ? "7bit" : "8bit");
	for (rest = rep_buf_str(&text); rest.n > 0;) {
		size_t nl = rep_str_chr(rest, '\n', 0);

		mail_line(rep_str_sub(rest, 0, nl), out);
		rest = rep_str_sub(rest, nl == SIZE_MAX ? rest.n : nl + 1, rest.n);
	}
	out->full = out->full || text.full;
	rep_buf_fini(&text);
}

/* --- JSON --------------------------------------------------------------------------------------------- */

void
rep_payload_webhook(const struct rep_alert_message *m, struct rep_buf *out)
{
	struct rep_json j;

	rep_json_init(&j, out);
	rep_json_obj(&j, NULL);
	rep_json_str(&j, "id", m->id);
	rep_json_str_or_null(&j, "alert", m->alert);
	rep_json_cstr(&j, "event", rep_alert_event_word(m->event));
	rep_json_time(&j, "at", m->at_s);
	rep_json_str(&j, "title", m->title);
	rep_json_str(&j, "text", m->text);
	rep_json_str(&j, "host", m->host);
	rep_json_cstr(&j, "version", REP_VERSION);
	rep_json_end_obj(&j);
}

/* The three characters with which Slack marks links, mentions and commands (<!channel>). */
static void
add_escaped(struct rep_str s, struct rep_buf *out)
{
	for (size_t i = 0; i < s.n; i++)
		switch (s.p[i]) {
		case '&': rep_buf_add(out, REP_S("&amp;")); break;
		case '<': rep_buf_add(out, REP_S("&lt;")); break;
		case '>': rep_buf_add(out, REP_S("&gt;")); break;
		default: rep_buf_addc(out, s.p[i]); break;
		}
}

void
rep_payload_slack(const struct rep_alert_message *m, struct rep_buf *out)
{
	struct rep_buf text;
	struct rep_json j;

	rep_buf_init(&text, REP_PAYLOAD_MAX);
	add_escaped(m->title, &text);
	rep_buf_addc(&text, '\n');
	add_escaped(m->text, &text);
	rep_json_init(&j, out);
	rep_json_obj(&j, NULL);
	rep_json_str(&j, "text", rep_buf_str(&text));
	rep_json_bool(
	    &j, "mrkdwn", false); /* '*' and '_' stay what they are in names and commands */
	rep_json_end_obj(&j);
	out->full = out->full || text.full;
	rep_buf_fini(&text);
}

void
rep_payload_pagerduty(const struct rep_alert_message *m, struct rep_str routing_key,
    enum rep_pagerduty_action action, struct rep_buf *out)
{
	struct rep_buf summary;
	struct rep_json j;

	rep_buf_init(&summary, REP_PAYLOAD_MAX);
	add_text(m->title, false, REP_PAGERDUTY_SUMMARY_MAX, &summary);
	rep_json_init(&j, out);
	rep_json_obj(&j, NULL);
	rep_json_str(&j, "routing_key", routing_key);
	rep_json_cstr(&j, "event_action", action == REP_PAGERDUTY_RESOLVE ? "resolve" : "trigger");
	rep_json_str(&j, "dedup_key", rep_str_or(m->alert, m->id));
	rep_json_cstr(&j, "client", "reputed");
	rep_json_obj(&j, "payload");
	rep_json_str(&j, "summary", rep_buf_str(&summary));
	rep_json_str(&j, "source", rep_str_or(m->host, REP_S("reputed")));
	rep_json_cstr(&j, "severity", m->event == REP_ALERT_TEST ? "info" : "error");
	rep_json_time(&j, "timestamp", m->at_s);
	rep_json_obj(&j, "custom_details");
	rep_json_cstr(&j, "event", rep_alert_event_word(m->event));
	rep_json_str(&j, "id", m->id);
	rep_json_str(&j, "text", m->text);
	rep_json_end_obj(&j);
	rep_json_end_obj(&j);
	rep_json_end_obj(&j);
	out->full = out->full || summary.full;
	rep_buf_fini(&summary);
}

/* --- ntfy, and the signature -------------------------------------------------------------------------- */

void
rep_payload_ntfy(const struct rep_alert_message *m, struct rep_buf *out)
{
	add_text(m->text, true, REP_NTFY_TEXT_MAX, out);
}

bool
rep_payload_signature(struct rep_str key, int64_t now_s, struct rep_str body, struct rep_buf *out)
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	struct rep_buf what;
	bool good;

	rep_buf_init(&what, REP_PAYLOAD_MAX + 32);
	rep_buf_printf(&what, "%lld.", (long long)now_s);
	rep_buf_add(&what, body);
	good = !what.full && key.n <= INT_MAX &&
	    HMAC(EVP_sha256(), key.p, (int)key.n, (const unsigned char *)what.p, what.n, mac, &n) !=
		NULL;
	rep_buf_fini(&what);
	rep_buf_printf(out, "t=%lld,v1=", (long long)now_s);
	for (unsigned i = 0; i < n; i++)
		rep_buf_printf(out, "%02x", mac[i]);
	return good;
}
