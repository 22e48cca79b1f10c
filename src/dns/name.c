/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/name.h"

#include <idn2.h>
#include <stdio.h>

/* One byte more of the label that begins at out->w[at]. */
static bool
put(struct rep_name *out, size_t *n, size_t at, unsigned char c)
{
	if (*n >= REP_NAME_MAX - 1 || *n - at > 63)
		return false;
	out->w[(*n)++] = (unsigned char)rep_lower((char)c);
	return true;
}

/* "\046" or "\."; false for a lone backslash at the end or a number beyond 255. */
static bool
escaped(struct rep_str text, size_t *i, unsigned char *c)
{
	unsigned v;

	if (*i + 1 >= text.n)
		return false;
	if (!rep_digit(text.p[*i + 1])) {
		*c = (unsigned char)text.p[*i += 1];
		return true;
	}
	if (*i + 3 >= text.n || !rep_digit(text.p[*i + 2]) || !rep_digit(text.p[*i + 3]))
		return false;
	v = (unsigned)(text.p[*i + 1] - '0') * 100 + (unsigned)(text.p[*i + 2] - '0') * 10 +
	    (unsigned)(text.p[*i + 3] - '0');
	*c = (unsigned char)v;
	*i += 3;
	return v <= 255;
}

static bool
read_text(struct rep_str text, bool escapes, struct rep_name *out)
{
	size_t n = 1, at = 0;
	unsigned char c;

	out->n = 0;
	if (rep_str_eq(text, REP_S("."))) {
		out->w[0] = 0;
		out->n = 1;
		return true;
	}
	if (text.n == 0)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		c = (unsigned char)text.p[i];
		if (c == '.') {
			if (n - at == 1)
				return false; /* an empty label */
			out->w[at] = (unsigned char)(n - at - 1);
			if (i + 1 == text.n) {
				at = n; /* the final dot */
				break;
			}
			at = n++;
			if (n > REP_NAME_MAX - 1)
				return false;
			continue;
		}
		if (escapes && c == '\\' && !escaped(text, &i, &c))
			return false;
		if (!put(out, &n, at, c))
			return false;
	}
	if (at < n) {
		if (n - at == 1)
			return false;
		out->w[at] = (unsigned char)(n - at - 1);
	}
	out->w[n] = 0;
	out->n = (uint8_t)(n + 1);
	return true;
}

bool
rep_name_parse(struct rep_str text, struct rep_name *out)
{
	return read_text(text, true, out);
}

bool
rep_name_raw(struct rep_str text, struct rep_name *out)
{
	return read_text(text, false, out);
}

bool
rep_name_of_bytes(struct rep_str bytes, struct rep_name *out)
{
	size_t i = 0;

	out->n = 0;
	if (bytes.n > REP_NAME_MAX)
		return false;
	while (i < bytes.n && bytes.p[i] != 0)
		i += (unsigned char)bytes.p[i] <= 63 ? (unsigned char)bytes.p[i] + 1u : bytes.n;
	if (i + 1 != bytes.n)
		return false;
	memcpy(out->w, bytes.p, bytes.n);
	for (i = 0; i < bytes.n; i++)
		if (rep_lower(bytes.p[i]) != bytes.p[i])
			return false;
	out->n = (uint8_t)bytes.n;
	return true;
}

const char *
rep_name_text(const struct rep_name *name, char buf[REP_NAME_TEXT])
{
	size_t k = 0;

	for (size_t i = 0; i < name->n && name->w[i] != 0; i += name->w[i] + 1u) {
		if (k > 0)
			buf[k++] = '.';
		for (size_t j = i + 1; j <= i + name->w[i]; j++) {
			unsigned char c = name->w[j];

			if (c > ' ' && c < 0x7f && c != '.' && c != '\\' && c != '"' && c != ';' &&
			    c != '(' && c != ')') {
				buf[k++] = (char)c;
			} else {
				k += (size_t)snprintf(
				    buf + k, REP_NAME_TEXT - k, c == '.' ? "\\." : "\\%03u", c);
			}
		}
	}
	if (k == 0 && name->n > 0)
		buf[k++] = '.';
	buf[k] = '\0';
	return buf;
}

unsigned
rep_name_labels(const struct rep_name *name)
{
	unsigned k = 0;

	for (size_t i = 0; i < name->n && name->w[i] != 0; i += name->w[i] + 1u)
		k++;
	return k;
}

bool
rep_name_up(const struct rep_name *name, unsigned k, struct rep_name *out)
{
	size_t i = 0;

	while (k > 0 && i < name->n && name->w[i] != 0) {
		i += name->w[i] + 1u;
		k--;
	}
	if (k > 0 || name->n == 0)
		return false;
	memmove(out->w, name->w + i, name->n - i);
	out->n = (uint8_t)(name->n - i);
	return true;
}

bool
rep_name_under(const struct rep_name *name, const struct rep_name *top)
{
	size_t i = 0;

	if (top->n == 0 || name->n < top->n)
		return false;
	while (name->n - i > top->n && name->w[i] != 0)
		i += name->w[i] + 1u;
	return name->n - i == top->n && memcmp(name->w + i, top->w, top->n) == 0;
}

bool
rep_name_before(const struct rep_name *name, const struct rep_name *top, struct rep_name *out)
{
	if (!rep_name_under(name, top) || name->n == top->n)
		return false;
	*out = *name;
	out->n = (uint8_t)(name->n - (top->n - 1));
	out->w[out->n - 1] = 0;
	return true;
}

bool
rep_name_join(struct rep_str prefix, const struct rep_name *name, struct rep_name *out)
{
	struct rep_name first;
	size_t n;

	if (!rep_name_raw(prefix, &first) || name->n == 0 || first.n + name->n - 1 > REP_NAME_MAX)
		return false;
	n = first.n - 1u;
	memmove(out->w + n, name->w, name->n);
	memcpy(out->w, first.w, n);
	out->n = (uint8_t)(n + name->n);
	return true;
}

bool
rep_name_reverse(const struct rep_ip *ip, struct rep_str zone, struct rep_name *out)
{
	static const char hex[] = "0123456789abcdef";
	struct rep_name base;
	char text[80];
	size_t n = 0;

	if (ip->version == 4) {
		for (size_t i = 4; i-- > 0;) {
			if (ip->b[i] >= 100)
				text[n++] = (char)('0' + ip->b[i] / 100);
			if (ip->b[i] >= 10)
				text[n++] = (char)('0' + ip->b[i] / 10 % 10);
			text[n++] = (char)('0' + ip->b[i] % 10);
			text[n++] = '.';
		}
		n--;
	} else if (ip->version == 6) {
		for (size_t i = 16; i-- > 0;) {
			text[n++] = hex[ip->b[i] & 15];
			text[n++] = '.';
			text[n++] = hex[ip->b[i] >> 4];
			text[n++] = '.';
		}
		n--;
	} else {
		return false;
	}
	return rep_name_parse(zone, &base) &&
	    rep_name_join((struct rep_str){ text, n }, &base, out);
}

bool
rep_name_arpa(const struct rep_ip *ip, struct rep_name *out)
{
	return rep_name_reverse(
	    ip, ip->version == 4 ? REP_S("in-addr.arpa") : REP_S("ip6.arpa"), out);
}

bool
rep_name_person(struct rep_str text, struct rep_name *out)
{
	char in[512], *ascii = NULL;
	bool plain = true, good;

	for (size_t i = 0; i < text.n; i++)
		plain = plain && (unsigned char)text.p[i] < 0x80 && text.p[i] > ' ';
	if (plain)
		return rep_name_parse(text, out);
	if (text.n >= sizeof in || memchr(text.p, '\0', text.n) != NULL)
		return false;
	memcpy(in, text.p, text.n);
	in[text.n] = '\0';
	if (idn2_to_ascii_8z(in, &ascii, IDN2_NONTRANSITIONAL) != IDN2_OK)
		return false;
	good = rep_name_parse(rep_str_c(ascii), out);
	idn2_free(ascii);
	return good;
}

bool
rep_host_label(struct rep_str label)
{
	for (size_t i = 0; i < label.n; i++)
		if (!rep_alnum(label.p[i]) && label.p[i] != '-')
			return false;
	return label.n > 0 && label.p[0] != '-' && label.p[label.n - 1] != '-';
}

bool
rep_host_name(struct rep_str name)
{
	size_t labels = 0;

	if (name.n > 0 && name.p[name.n - 1] == '.')
		name.n--;
	for (size_t i = 0, end; i <= name.n; i = end + 1, labels++) {
		end = rep_str_chr(name, '.', i);
		end = end == SIZE_MAX ? name.n : end;
		if (!rep_host_label(rep_str_sub(name, i, end - i)))
			return false;
	}
	return labels >= 2;
}
