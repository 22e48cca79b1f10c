/* SPDX-License-Identifier: Apache-2.0 */
#include "io/fetch.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

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

	return curl_easy_setopt(c, CURLOPT_URL, url) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_RESOLVE, resolve) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)timeout_ms) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_data) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_WRITEDATA, out) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why) == CURLE_OK &&
	    (ca == NULL || curl_easy_setopt(c, CURLOPT_CAINFO, ca) == CURLE_OK);
}

enum rep_rc
rep_fetch(const char *host, const char *path, const struct rep_ip *ip, int timeout_ms,
    struct rep_buf *out, struct rep_err *err)
{
	char url[1400], pin[1100], text[REP_IP_TEXT], why[CURL_ERROR_SIZE] = "";
	struct curl_slist *resolve = NULL;
	enum rep_rc rc = REP_OK;
	long status = 0;
	CURL *c = curl_easy_init();
	CURLcode code;

	snprintf(url, sizeof url, "https://%s%s", host, path);
	snprintf(pin, sizeof pin, ip->version == 6 ? "%s:443:[%s]" : "%s:443:%s", host,
	    rep_ip_text(ip, text));
	resolve = curl_slist_append(NULL, pin);
	if (c == NULL || resolve == NULL || !set_up(c, url, resolve, timeout_ms, out, why)) {
		rc = rep_fail(err, REP_EMEM, "%s: HTTPS cannot be set up", url);
	} else if ((code = curl_easy_perform(c)) != CURLE_OK) {
		rc = rep_fail(err, REP_EIO, "%s: %s", url,
		    out->full		 ? "the document is too large"
			: why[0] != '\0' ? why
					 : curl_easy_strerror(code));
	} else if (curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK ||
	    status != 200) {
		rc = rep_fail(err, REP_EIO, "%s: the server says %ld, not 200", url, status);
	}
	curl_slist_free_all(resolve);
	curl_easy_cleanup(c);
	return rc;
}
