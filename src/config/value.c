/* SPDX-License-Identifier: Apache-2.0 */
#include "config/value.h"
#include "config/place.h"
#include "config/window.h"

#include <stdio.h>
#include <sys/stat.h>

#include "base/ip.h"
#include "base/json_out.h"
#include "base/time.h"
#include "fact/cost.h"
#include "fact/words.h"

#define ZONES "/usr/share/zoneinfo/"

enum { LINE_BYTES = 512 };

const char *
rep_conf_shown(struct rep_str s, char buf[REP_CONF_SHOWN])
{
	size_t n = s.n > 64 ? 64 : s.n, len;

	for (size_t i = 0; i < n; i += len) {
		len = rep_utf8_len(s, i);
		if (len == 0 || i + len > n) {
			len = 1;
			buf[i] = '?';
		} else if (len == 1 && ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)) {
			buf[i] = '?';
		} else {
			memcpy(buf + i, s.p + i, len);
		}
	}
	snprintf(buf + n, REP_CONF_SHOWN - n, "%s", s.n > n ? "..." : "");
	return buf;
}

bool
rep_conf_name(struct rep_str s)
{
	size_t len;

	if (s.n == 0 || s.n > 64)
		return false;
	for (size_t i = 0; i < s.n; i += len) {
		len = rep_utf8_len(s, i);
		if (len == 0)
			return false;
		if (len == 1 && !rep_alnum(s.p[i]) && memchr("._-/:@+", s.p[i], 7) == NULL)
			return false;
	}
	return true;
}

bool
rep_conf_in_path(struct rep_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!rep_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
			return false;
	return true;
}

bool
rep_config_host_parse(struct rep_str s, struct rep_config_host *h)
{
	struct rep_config_host out = { .port = 0 };
	struct rep_str host = s, port = { "", 0 };
	size_t colon = rep_str_rchr(s, ':'), close = rep_str_rchr(s, ']');
	uint64_t number;

	if (!rep_ip_parse(s, &out.ip)) {
		if (colon != SIZE_MAX && (close == SIZE_MAX || colon == close + 1)) {
			host = rep_str_sub(s, 0, colon);
			port = rep_str_sub(s, colon + 1, s.n);
			if (!rep_str_u64(port, 65535, &number) || number == 0)
				return false;
			out.port = (unsigned)number;
		}
		/* Postfix writes "[smtp.example.com]:587" for a host that is not to be looked up. */
		if (!rep_ip_parse(host, &out.ip)) {
			if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
				host = rep_str_sub(host, 1, host.n - 2);
			if (!rep_conf_is_host(
				rep_str_sub(host, host.n > 0 && host.p[0] == '.', host.n)))
				return false;
			out.name = host;
		}
	}
	*h = out;
	return true;
}

/* "news@shop.example", "*@shop.example", "news-*@*": one '@', no blanks. */
static bool
is_pattern(struct rep_str s)
{
	size_t at = rep_str_chr(s, '@', 0);

	if (at == SIZE_MAX || at == 0 || at + 1 == s.n || rep_str_rchr(s, '@') != at)
		return false;
	return rep_str_chr(s, ' ', 0) == SIZE_MAX && rep_str_chr(s, '<', 0) == SIZE_MAX;
}

static bool
is_zone(struct rep_str s)
{
	char path[sizeof ZONES + LINE_BYTES];
	struct stat st;

	if (rep_str_eq(s, REP_S("UTC")))
		return true;
	/* "posixrules" and such are no zones people mean, but harm nothing. */
	if (s.n == 0 || s.n > 64 || !rep_alnum(s.p[0]) ||
	    rep_str_find(s, REP_S(".."), 0) != SIZE_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!rep_alnum(s.p[i]) && memchr("/_-+", s.p[i], 4) == NULL)
			return false;
	snprintf(path, sizeof path, ZONES "%.*s", REP_PR(s));
	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static bool
no(char why[REP_CONF_WHY], const struct rep_conf_item *it, const char *wants, struct rep_str s)
{
	char shown[REP_CONF_SHOWN];

	snprintf(why, REP_CONF_WHY, "%s needs %s, not \"%s\"", it->name, wants,
	    rep_conf_shown(s, shown));
	return false;
}

/* What holds for every value: UTF-8, nothing that cannot be printed, not too long. */
static bool
is_line(const struct rep_conf_item *it, struct rep_str s, char why[REP_CONF_WHY])
{
	bool bytes = rep_str_eq(rep_str_c(it->unit), REP_S("bytes"));
	size_t least = bytes ? it->min : 1, most = bytes ? it->max : LINE_BYTES, len;

	if (s.n < least) {
		snprintf(why, REP_CONF_WHY, "%s needs a value, not \"\"", it->name);
		return false;
	}
	if (s.n > most) {
		snprintf(why, REP_CONF_WHY, "%s: %zu bytes is too long; at most %zu", it->name, s.n,
		    most);
		return false;
	}
	for (size_t i = 0; i < s.n; i += len) {
		len = rep_utf8_len(s, i);
		if (len == 0)
			return no(why, it, "UTF-8", s);
		if (len == 1 && ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f))
			return no(why, it, "printable text", s);
	}
	return true;
}

static bool
address(const struct rep_conf_item *it, struct rep_str s, struct rep_ip *to, char why[REP_CONF_WHY])
{
	char text[REP_IP_TEXT];
	struct rep_ip ip;

	if (!rep_ip_parse(s, &ip))
		return no(why, it, "an address such as 203.0.113.24", s);
	if (it->type == REP_CONF_PUBLIC && rep_ip_private(&ip)) {
		snprintf(why, REP_CONF_WHY,
		    "%s needs the address that the world sees, and %s is not visible outside your "
		    "network; is it the one that the server binds to (bind)?",
		    it->name, rep_ip_text(&ip, text));
		return false;
	}
	*to = ip;
	return true;
}

static bool
choice(const struct rep_conf_item *it, struct rep_str s, unsigned *to, char why[REP_CONF_WHY])
{
	char shown[REP_CONF_SHOWN];
	const char *near;
	size_t n = 0;

	for (; n < REP_COUNT(it->words) && it->words[n] != NULL; n++)
		if (rep_str_eq(s, rep_str_c(it->words[n]))) {
			*to = (unsigned)n + 1;
			return true;
		}
	near = rep_word_nearest(s, it->words, n);
	snprintf(why, REP_CONF_WHY, "%s is one of %s, not \"%s\"%s%s%s", it->name, it->value,
	    rep_conf_shown(s, shown), near != NULL ? "; did you mean \"" : "",
	    near != NULL ? near : "", near != NULL ? "\"?" : "");
	return false;
}

/* "off", or how often. */
static bool
is_every(struct rep_str s)
{
	int64_t length_s;

	return rep_str_eq(s, REP_S("off")) ||
	    (rep_time_length(s, &length_s) && length_s >= REP_EVERY_LEAST_S &&
		length_s <= REP_EVERY_MOST_S);
}

bool
rep_conf_value(const struct rep_conf_item *it, struct rep_str s, void *to, char why[REP_CONF_WHY])
{
	char reason[REP_COST_WHY];
	struct rep_config_place place;
	struct rep_config_host host;
	struct rep_config_url url;
	struct rep_window window;
	struct rep_str region;
	struct rep_cost cost;
	unsigned from, to_day;
	bool yes;

	if (!is_line(it, s, why))
		return false;
	switch (it->type) {
	case REP_CONF_TEXT: break;
	case REP_CONF_PATH:
		if (s.p[0] != '/')
			return no(why, it, "a path that begins with '/'", s);
		break;
	case REP_CONF_WATCHED:
		if (s.p[0] != '/' && !rep_str_eq(s, REP_S("journal")) &&
		    (!rep_str_starts(s, REP_S("journal:")) || s.n == sizeof "journal:" - 1))
			return no(why, it, "a path that begins with '/', or journal", s);
		break;
	case REP_CONF_ZONE:
		if (!is_zone(s))
			return no(
			    why, it, "a time zone of " ZONES " (such as Europe/Paris) or UTC", s);
		break;
	case REP_CONF_HOST:
		if (!rep_conf_is_host(s))
			return no(why, it, "a host name", s);
		break;
	case REP_CONF_SELECTOR:
		if (!rep_conf_are_labels(s, &yes))
			return no(why, it, "the name of a DKIM key, such as mail2026", s);
		break;
	case REP_CONF_RELAY:
		if (!rep_config_host_parse(s, &host))
			return no(why, it, "HOST, HOST:PORT, .suffix or [192.0.2.1]", s);
		break;
	case REP_CONF_PATTERN:
		if (!is_pattern(s))
			return no(
			    why, it, "an address such as news@shop.example or *@shop.example", s);
		break;
	case REP_CONF_COST:
		if (!rep_cost_parse(s, &cost, reason)) {
			snprintf(why, REP_CONF_WHY, "%s: %s; in quotes, as \"%s\"", it->name,
			    reason, "0.10 USD per-1000-messages");
			return false;
		}
		break;
	case REP_CONF_DAYS:
		if (!rep_days_parse(s, &from, &to_day))
			return no(why, it, "days, as 3 or 3-14", s);
		break;
	case REP_CONF_PLACE:
		if (!rep_config_place_parse(s, &place))
			return no(why, it,
			    "127.0.0.1:8025, [::1]:8025, a path that begins with '/', or off", s);
		break;
	case REP_CONF_URL:
		if (!rep_config_url_parse(s, &url))
			return no(why, it, "a URL such as https://mail.example.com/reputed/", s);
		break;
	case REP_CONF_EVERY:
		if (!is_every(s))
			return no(why, it, "off, or an hour to 7 days, such as 6h", s);
		break;
	case REP_CONF_WINDOW:
		if (!rep_window_parse(s, &window))
			return no(why, it,
			    "\"sun 02:00-04:00\", or 2026-12-01T22:00:00Z/2026-12-02T02:00:00Z (UTC)",
			    s);
		break;
	case REP_CONF_TOPIC:
		if (!rep_config_topic_parse(s, &region))
			return no(why, it,
			    "the ARN of a topic, such as arn:aws:sns:eu-west-1:123456789012:ses-events",
			    s);
		break;
	case REP_CONF_PUBLIC:
	case REP_CONF_ADDRESS: return address(it, s, to, why);
	case REP_CONF_WORD: return choice(it, s, to, why);
	case REP_CONF_YESNO:
		yes = rep_str_eq(s, REP_S("yes"));
		if (!yes && !rep_str_eq(s, REP_S("no")))
			return no(why, it, "yes or no", s);
		*(bool *)to = yes;
		return true;
	}
	*(struct rep_str *)to = s;
	return true;
}

bool
rep_conf_text(
    const struct rep_conf_item *it, const void *member, char *buf, size_t n, struct rep_str *out)
{
	char text[REP_IP_TEXT];
	unsigned word;

	switch (it->type) {
	case REP_CONF_PUBLIC:
	case REP_CONF_ADDRESS:
		snprintf(buf, n, "%s", rep_ip_text(member, text));
		*out = rep_str_c(buf);
		break;
	case REP_CONF_WORD:
		word = *(const unsigned *)member;
		*out = rep_str_c(word == 0 ? "" : it->words[word - 1]);
		break;
	case REP_CONF_YESNO: *out = rep_str_c(*(const bool *)member ? "yes" : "no"); break;
	default: *out = *(const struct rep_str *)member; break;
	}
	return out->n > 0;
}

void
rep_conf_write(struct rep_buf *out, struct rep_str s)
{
	bool plain = s.n > 0 && s.p[0] != '#';

	for (size_t i = 0; i < s.n && plain; i++)
		plain = !rep_blank(s.p[i]) && memchr("\"{};\\", s.p[i], 5) == NULL;
	if (plain) {
		rep_buf_add(out, s);
		return;
	}
	rep_buf_addc(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			rep_buf_addc(out, '\\');
		rep_buf_addc(out, s.p[i]);
	}
	rep_buf_addc(out, '"');
}
