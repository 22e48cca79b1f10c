/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"
#include "cli/out.h"

#include <stdio.h>

int
rep_cmd_forget(struct rep_cli *c)
{
	struct rep_store *store = NULL;
	struct rep_str address;
	struct rep_err err;
	uint64_t facts = 0;
	enum rep_rc rc;

	if (c->args_n != 1) {
		rep_cli_say("one address was expected: reputed forget jo@example.com");
		return REP_EXIT_USAGE;
	}
	address = rep_str_trim(rep_str_c(c->args[0]));
	if (rep_str_chr(address, '@', 0) == SIZE_MAX) {
		rep_cli_say("\"%s\" is no address; jo@example.com, say", c->args[0]);
		return REP_EXIT_USAGE;
	}
	rc = rep_session_store(&c->session, 0, &store, &err);
	if (rc == REP_OK)
		rc = rep_store_forget(store, address, &facts, &err);
	rep_store_close(store);
	if (rc == REP_ENOTFOUND) { /* the database, or the key that goes with it */
		rep_cli_say("%s; nothing was read yet, or name the database with --db", err.msg);
		rep_cli_note(c, REP_EXIT_FAILED);
		return c->worst;
	}
	if (rc != REP_OK)
		return rep_cli_fail(c, REP_EXIT_FAILED, &err);
	if (c->json)
		printf("{\"facts\":%llu}\n", (unsigned long long)facts);
	else
		printf(
		    "%llu stored deliveries to that address were removed, and what was kept of them. "
		    "Counts stay.\nThe mail server's own logs still hold it.\n",
		    (unsigned long long)facts);
	return c->worst;
}
