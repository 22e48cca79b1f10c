/*
 * libcurl is loaded when a document is fetched, not with the program: some thirty libraries hang
 * on it, which every `status` would otherwise load and hold.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "io/fetch.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#define LIBCURL "libcurl.so.4"

static struct {
	CURL *(*init)(void);
	CURLcode (*setopt)(CURL *, CURLoption, ...);
	CURLcode (*perform)(CURL *);
	CURLcode (*getinfo)(CURL *, CURLINFO, ...);
	const char *(*error)(CURLcode);
	void (*cleanup)(CURL *);
	struct curl_slist *(*append)(struct curl_slist *, const char *);
	void (*free_all)(struct curl_slist *);
} curl;

/* Once; one thread fetches at a time. */
static bool
load(void)
{
	static const struct {
		const char *name;
		void *to;
	} calls[] = { { "curl_easy_init", &curl.init }, { "curl_easy_setopt", &curl.setopt },
		{ "curl_easy_perform", &curl.perform }, { "curl_easy_getinfo", &curl.getinfo },
		{ "curl_easy_strerror", &curl.error }, { "curl_easy_cleanup", &curl.cleanup },
		{ "curl_slist_append", &curl.append }, { "curl_slist_free_all", &curl.free_all } };
	static void *library;

	if (library == NULL)
		library = dlopen(LIBCURL, RTLD_NOW | RTLD_LOCAL);
	for (size_t i = 0; library != NULL && i < REP_COUNT(calls); i++) {
		void *call = dlsym(library, calls[i].name);

		if (call == NULL)
			return false;
		memcpy(calls[i].to, &call, sizeof call);
	}
	return library != NULL;
}

static size_t
on_data(char *p, size_t size, size_t n, void *ctx)
{
	struct rep_buf *b = ctx;

	rep_buf_add(b, (struct rep_str){ p, size * n });
	return b->full ? 0 : size * n;
}

static bool
set_up(CURL *c, const char *url, struct curl_slist *resolve, int timeout_ms, struct rep_buf *out,
    char *why)
{
	const char *ca = getenv("SSL_CERT_FILE");

	return curl.setopt(c, CURLOPT_URL, url) == CURLE_OK &&
	    curl.setopt(c, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK &&
	    curl.setopt(c, CURLOPT_RESOLVE, resolve) == CURLE_OK &&
	    curl.setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
	    curl.setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	    curl.setopt(c, CURLOPT_PROXY, "") == CURLE_OK &&
	    curl.setopt(c, CURLOPT_TIMEOUT_MS, (long)timeout_ms) == CURLE_OK &&
	    curl.setopt(c, CURLOPT_WRITEFUNCTION, on_data) == CURLE_OK &&
	    curl.setopt(c, CURLOPT_WRITEDATA, out) == CURLE_OK &&
	    curl.setopt(c, CURLOPT_ERRORBUFFER, why) == CURLE_OK &&
	    (ca == NULL || curl.setopt(c, CURLOPT_CAINFO, ca) == CURLE_OK);
}

enum rep_rc
rep_fetch(const char *host, const char *path, const struct rep_ip *ip, int timeout_ms,
    struct rep_buf *out, struct rep_err *err)
{
	/* A DNS name has at most 1,003 bytes as text (each of 250 escaped), our paths fewer than 64. */
	enum { HOST_MAX = 1003 };
	char url[1400], pin[HOST_MAX + REP_IP_TEXT + 16], text[REP_IP_TEXT];
	char why[CURL_ERROR_SIZE] = "";
	struct curl_slist *resolve = NULL;
	enum rep_rc rc = REP_OK;
	long status = 0;
	CURLcode code;
	CURL *c;
	int n;

	if (!load())
		return rep_fail(err, REP_EIO, "%s: HTTPS needs %s (package libcurl4): %s", host,
		    LIBCURL, dlerror());
	n = snprintf(url, sizeof url, "https://%s%s", host, path);
	if (n < 0 || (size_t)n >= sizeof url || strlen(host) > HOST_MAX)
		return rep_fail(err, REP_ELIMIT, "https://%.40s...: the address is longer than %zu",
		    host, sizeof url - 1);
	snprintf(pin, sizeof pin, ip->version == 6 ? "%s:443:[%s]" : "%s:443:%s", host,
	    rep_ip_text(ip, text));
	c = curl.init();
	resolve = curl.append(NULL, pin);
	if (c == NULL || resolve == NULL || !set_up(c, url, resolve, timeout_ms, out, why)) {
		rc = rep_fail(err, REP_EMEM, "%s: HTTPS cannot be started", url);
	} else if ((code = curl.perform(c)) != CURLE_OK) {
		rc = rep_fail(err, REP_EIO, "%s: %s", url,
		    out->full		 ? "the document is too large"
			: why[0] != '\0' ? why
					 : curl.error(code));
	} else if (curl.getinfo(c, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK || status != 200) {
		rc = rep_fail(err, REP_EIO, "%s: the server answers %ld, not 200", url, status);
	}
	curl.free_all(resolve);
	curl.cleanup(c);
	return rc;
}
