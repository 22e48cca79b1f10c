/* SPDX-License-Identifier: Apache-2.0 */
#include "io/libcurl.h"
#include "base/library.h"

#include <dlfcn.h>
#include <signal.h>

#define LIBCURL "libcurl.so.4"

struct rep_curl_calls rep_curl;

enum rep_rc
rep_curl_load(struct rep_err *err)
{
	static const struct rep_library_call calls[] = { { "curl_global_init", &rep_curl.global },
		{ "curl_version_info", &rep_curl.version }, { "curl_easy_init", &rep_curl.init },
		{ "curl_easy_setopt", &rep_curl.setopt },
		{ "curl_easy_getinfo", &rep_curl.getinfo },
		{ "curl_easy_strerror", &rep_curl.error },
		{ "curl_multi_init", &rep_curl.multi_init },
		{ "curl_multi_add_handle", &rep_curl.add },
		{ "curl_multi_perform", &rep_curl.perform }, { "curl_multi_poll", &rep_curl.poll },
		{ "curl_multi_info_read", &rep_curl.read },
		{ "curl_multi_remove_handle", &rep_curl.remove },
		{ "curl_easy_cleanup", &rep_curl.cleanup },
		{ "curl_multi_cleanup", &rep_curl.multi_cleanup },
		{ "curl_slist_append", &rep_curl.append },
		{ "curl_slist_free_all", &rep_curl.free_all },
		{ "curl_easy_perform", &rep_curl.easy_perform } };

	static bool started;

	if (started)
		return REP_OK;
	if (!rep_library_load(LIBCURL, calls, REP_COUNT(calls)))
		return rep_fail(err, REP_EIO, "HTTPS and SMTP need %s (package libcurl4): %s",
		    LIBCURL, dlerror());
	if (rep_curl.global(CURL_GLOBAL_ALL) != CURLE_OK)
		return rep_fail(err, REP_EMEM, "HTTPS cannot be started");
	started = true;
	return REP_OK;
}

CURLcode
rep_curl_perform(CURL *easy)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	bool set = sigaction(SIGPIPE, &ignore, &before) == 0;
	CURLcode code = rep_curl.easy_perform(easy);

	if (set)
		(void)sigaction(SIGPIPE, &before, NULL);
	return code;
}
