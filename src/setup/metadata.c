/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/metadata.h"
#include "io/post.h"

#include <stdio.h>

#define METADATA "http://169.254.169.254"
#define MACS "/latest/meta-data/network/interfaces/macs/"

enum { PATH_BYTES = 256, URL_BYTES = 63, TOKEN_BYTES = 640 };

/* Clouds that need one question. Sources: doc/sources.md. */
static const struct {
	const char *name, *path, *header;
} plain[] = {
	{ "Google Cloud",
	    "/computeMetadata/v1/instance/network-interfaces/0/access-configs/0/external-ip",
	    "Metadata-Flavor: Google" },
	{ "Azure",
	    "/metadata/instance/network/interface/0/ipv4/ipAddress/0/"
	    "publicIpAddress?api-version=2021-02-01&format=text",
	    "Metadata: true" },
	{ "Hetzner Cloud", "/hetzner/v1/metadata/public-ipv4", NULL },
	{ "DigitalOcean", "/metadata/v1/interfaces/public/0/ipv4/address", NULL },
};

/* Asks once. REP_OK: it answered 200. REP_ENOTFOUND: it answered something else. */
static enum rep_rc
ask(const struct rep_machine *m, enum rep_post_method method, const char *path, const char *header,
    struct rep_post_answer *out, struct rep_err *err)
{
	struct rep_str lines[1] = { rep_str_c(header) };
	char url[URL_BYTES + PATH_BYTES + 1];
	struct rep_post p = { .method = method,
		.headers = lines,
		.headers_n = header != NULL,
		.timeout_ms = REP_METADATA_MS };
	enum rep_rc rc;

	snprintf(url, sizeof url, "%s%s", m->metadata != NULL ? m->metadata : METADATA, path);
	p.url = rep_str_c(url);
	if ((rc = rep_post_send(&p, out, err)) != REP_OK)
		return rc;
	return out->status == 200 ? REP_OK
				  : rep_fail(err, REP_ENOTFOUND, "it answers %d", out->status);
}

/* Takes the next word. */
static bool
next_word(struct rep_str *said, struct rep_str *word)
{
	size_t end;

	*said = rep_str_trim(*said);
	end = rep_str_chr(*said, ' ', 0);
	*word = rep_str_sub(*said, 0, end);
	*said = rep_str_sub(*said, word->n, said->n);
	return word->n > 0;
}

bool
rep_metadata_next(struct rep_str *said, struct rep_ip *ip)
{
	struct rep_str word;

	while (next_word(said, &word))
		if (rep_ip_parse(word, ip))
			return true;
	return false;
}

bool
rep_metadata_of_test(struct rep_str url)
{
	struct rep_str rest = rep_str_sub(url, strlen("http://"), url.n), host;
	struct rep_ip ip;
	uint64_t port;
	size_t end;

	if (!rep_str_starts(url, REP_S("http://")) || url.n > URL_BYTES)
		return false;
	if (rest.n > 0 && rest.p[0] == '[') {
		end = rep_str_chr(rest, ']', 0);
		end = end == SIZE_MAX ? rest.n : end + 1;
	} else {
		end = rep_str_chr(rest, ':', 0);
	}
	host = rep_str_sub(rest, 0, end);
	rest = rep_str_sub(rest, host.n, rest.n);
	return rep_ip_parse(host, &ip) && rep_ip_loopback(&ip) &&
	    (rest.n == 0 ||
		(rest.p[0] == ':' && rep_str_u64(rep_str_sub(rest, 1, rest.n), 65535, &port)));
}

/* An answer that was cut may end within an address: its last word does not count. */
static struct rep_str
words_of(const struct rep_post_answer *a, bool *cut)
{
	struct rep_str s = rep_str_c(a->said);
	size_t end = rep_str_rchr(s, ' ');

	if (s.n + 1 < sizeof a->said)
		return s;
	*cut = true;
	return rep_str_sub(s, 0, end == SIZE_MAX ? 0 : end);
}

static void
add(struct rep_metadata *out, const struct rep_ip *public, const struct rep_ip *bind)
{
	if (rep_ip_private(public))
		return;
	if (out->n == REP_METADATA_ADDRESSES) {
		out->cut = true;
		return;
	}
	out->v[out->n].public = *public;
	out->v[out->n++].bind = bind != NULL ? *bind : (struct rep_ip){ .version = 0 };
}

/* --- EC2 ---------------------------------------------------------------------------------------------- */

static bool
is_mac(struct rep_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = rep_lower(s.p[i]);

		if (!rep_digit(c) && (c < 'a' || c > 'f') && c != ':')
			return false;
	}
	return s.n == 17;
}

/* The public addresses of one interface, each with the private one that it stands for. */
static void
one_interface(
    const struct rep_machine *m, const char *token, struct rep_str mac, struct rep_metadata *out)
{
	struct rep_post_answer publics, private;
	char path[PATH_BYTES], text[REP_IP_TEXT];
	struct rep_ip ip, bind;
	struct rep_str said, one;

	snprintf(path, sizeof path, MACS "%.*s/ipv4-associations/", REP_PR(mac));
	if (ask(m, REP_POST_GET, path, token, &publics, NULL) != REP_OK)
		return;
	said = words_of(&publics, &out->cut);
	while (rep_metadata_next(&said, &ip)) {
		snprintf(path, sizeof path, MACS "%.*s/ipv4-associations/%s", REP_PR(mac),
		    rep_ip_text(&ip, text));
		if (ask(m, REP_POST_GET, path, token, &private, NULL) != REP_OK)
			continue;
		one = rep_str_c(private.said);
		add(out, &ip, rep_metadata_next(&one, &bind) ? &bind : NULL);
	}
}

static enum rep_rc
ask_ec2(const struct rep_machine *m, struct rep_metadata *out, struct rep_err *err)
{
	struct rep_post_answer a;
	char token[TOKEN_BYTES];
	struct rep_str said, mac;
	struct rep_ip ip;
	enum rep_rc rc = ask(m, REP_POST_PUT, "/latest/api/token",
	    "X-aws-ec2-metadata-token-ttl-seconds: 60", &a, err);

	if (rc != REP_OK)
		return rc;
	snprintf(token, sizeof token, "X-aws-ec2-metadata-token: %s", a.said);
	out->name = "Amazon EC2";
	/* The address of the machine first: it is that of mail that is bound to none. */
	if (ask(m, REP_POST_GET, "/latest/meta-data/public-ipv4", token, &a, NULL) == REP_OK) {
		said = rep_str_c(a.said);
		if (rep_metadata_next(&said, &ip))
			add(out, &ip, NULL);
	}
	if ((rc = ask(m, REP_POST_GET, MACS, token, &a, err)) == REP_OK) {
		said = words_of(&a, &out->cut);
		while (next_word(&said, &mac)) {
			if (mac.p[mac.n - 1] == '/')
				mac.n--;
			if (is_mac(mac))
				one_interface(m, token, mac, out);
		}
	}
	return out->n > 0
	    ? REP_OK
	    : rep_fail(err, REP_ENOTFOUND, "it knows no public address of this machine");
}

enum rep_rc
rep_metadata_ask(const struct rep_machine *m, struct rep_metadata *out, struct rep_err *err)
{
	struct rep_post_answer a;
	struct rep_str said;
	struct rep_ip ip;
	enum rep_rc rc;

	*out = (struct rep_metadata){ .name = "" };
	if ((rc = ask_ec2(m, out, err)) != REP_ENOTFOUND)
		return rc == REP_OK || rc == REP_EMEM
		    ? rc
		    : rep_fail(err, REP_ENOTFOUND, "nobody answers there");
	for (size_t i = 0; i < REP_COUNT(plain); i++) {
		if (ask(m, REP_POST_GET, plain[i].path, plain[i].header, &a, NULL) != REP_OK)
			continue;
		said = rep_str_c(a.said);
		if (rep_metadata_next(&said, &ip))
			add(out, &ip, NULL);
		out->name = plain[i].name;
		if (out->n > 0)
			return REP_OK;
	}
	return rep_fail(err, REP_ENOTFOUND, "it knows no public address of this machine");
}
