/*
 * io/libcurl.h -- the functions of libcurl, which is loaded when something is fetched or posted, not
 * with the program: some thirty libraries hang on it, which every `status` would otherwise load and
 * hold. Between the files of this room only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_IO_LIBCURL_H
#define REP_IO_LIBCURL_H

#include "base/err.h"

#include <curl/curl.h>

struct rep_curl_calls {
	CURLcode (*global)(long);
	curl_version_info_data *(*version)(CURLversion);
	CURL *(*init)(void);
	CURLcode (*setopt)(CURL *, CURLoption, ...);
	CURLcode (*getinfo)(CURL *, CURLINFO, ...);
	const char *(*error)(CURLcode);
	CURLcode (*easy_perform)(CURL *);
	CURLM *(*multi_init)(void);
	CURLMcode (*add)(CURLM *, CURL *);
	CURLMcode (*perform)(CURLM *, int *);
	CURLMcode (*poll)(CURLM *, struct curl_waitfd *, unsigned, int, int *);
	CURLMsg *(*read)(CURLM *, int *);
	CURLMcode (*remove)(CURLM *, CURL *);
	void (*cleanup)(CURL *);
	CURLMcode (*multi_cleanup)(CURLM *);
	struct curl_slist *(*append)(struct curl_slist *, const char *);
	void (*free_all)(struct curl_slist *);
};

/* Set by rep_curl_load. */
extern struct rep_curl_calls rep_curl;

/*
 * Loads and starts libcurl, once; one thread uses it at a time. Reads files, so before a lock.
 * REP_EIO with the reason: it is not on this machine, or does not start.
 */
enum rep_rc rep_curl_load(struct rep_err *err) REP_NODISCARD;

/*
 * A transfer from its beginning to its end. A connection that the other side closed raises SIGPIPE where TLS writes
 * to it; with NOSIGNAL libcurl leaves that to us.
 */
CURLcode rep_curl_perform(CURL *easy);

#endif
