/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/workers.h"

static char self[] = "/proc/self/exe", name[] = "reputed";

struct rep_pool_params
rep_workers_parse(void)
{
	static char word[] = REP_WORKERS_PARSE;
	static char *const argv[] = { name, word, NULL };

	return (struct rep_pool_params){ .exe = self, .argv = argv };
}

struct rep_reader_params
rep_workers_read(const struct rep_session *s)
{
	static char word[] = REP_WORKERS_READ;
	static char *const argv[] = { name, word, NULL };

	return (
	    struct rep_reader_params){ .exe = self, .argv = argv, .now_s = rep_session_present(s) };
}

struct rep_resolver_params
rep_workers_resolve(void)
{
	static char word[] = REP_WORKERS_RESOLVE;
	static char *const argv[] = { name, word, NULL };

	return (struct rep_resolver_params){ .exe = self, .argv = argv };
}

struct rep_fetcher_params
rep_workers_fetch(void)
{
	static char word[] = REP_WORKERS_FETCH;
	static char *const argv[] = { name, word, NULL };

	return (struct rep_fetcher_params){ .exe = self, .argv = argv };
}

void
rep_workers_say(const struct rep_session *s, const struct rep_sandbox *box)
{
	if (!box->seccomp)
		rep_session_say(s, REP_PROBLEM_NOTE,
		    "this kernel has no seccomp: logs, documents and DNS answers are read in "
		    "processes of their own, but nothing limits what these may call");
	if (box->landlock == 0)
		rep_session_say(s, REP_PROBLEM_NOTE,
		    "this kernel has no landlock: only seccomp keeps the readers of logs, "
		    "documents and DNS answers from files");
	if (!box->user)
		rep_session_say(s, REP_PROBLEM_NOTE,
		    "the readers of logs, documents and DNS answers still run as root: this "
		    "system cannot give them a user of their own");
	if (box->seccomp && !box->tried && !rep_sandbox_sanitized())
		rep_session_say(s, REP_PROBLEM_NOTE,
		    "a reader of logs, documents or DNS answers could still open a file or a "
		    "socket; do not read what strangers wrote on this machine");
}
