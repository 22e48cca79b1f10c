/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"
#include "cli/out.h"
#include "engine/outbox_kept.h"
#include "engine/quarantine.h"

#include <stdio.h>

static void
tell(struct rep_cli *c, uint64_t facts, const struct rep_quarantine_forgotten *kept)
{
	if (c->json) {
		printf("{\"facts\":%llu,\"quarantine\":{\"removed\":%zu,\"not_judged\":[",
		    (unsigned long long)facts, kept->removed);
		for (size_t i = 0; i < kept->not_judged_n; i++)
			printf("%s\"%s\"", i > 0 ? "," : "", kept->not_judged[i]);
		printf("]}}\n");
	} else {
		printf("%llu stored deliveries to that address were removed, with everything kept "
		       "about them. Counts stay.\n",
		    (unsigned long long)facts);
		if (kept->removed > 0)
			printf("%zu document%s in the quarantine named it and %s removed.\n",
			    kept->removed, rep_plural(kept->removed),
			    kept->removed == 1 ? "was" : "were");
		printf("The mail server's own logs still contain it.\n");
	}
	for (size_t i = 0; i < kept->not_judged_n; i++)
		rep_cli_say(
		    "quarantine: %s is packed or broken, and may name that address; reputed "
		    "quarantine purge %s removes it",
		    kept->not_judged[i], kept->not_judged[i]);
	if (kept->not_judged_n > 0)
		rep_cli_note(c, REP_EXIT_BAD_INPUT);
}

int
rep_cmd_forget(struct rep_cli *c)
{
	struct rep_quarantine_forgotten kept;
	struct rep_store *store = NULL;
	struct rep_str address;
	struct rep_err err;
	uint64_t facts = 0;
	enum rep_rc rc;

	if (c->args_n != 1) {
		rep_cli_say("expected one address: reputed forget jo@example.com");
		return REP_EXIT_USAGE;
	}
	address = rep_str_trim(rep_str_c(c->args[0]));
	if (rep_str_chr(address, '@', 0) == SIZE_MAX) {
		rep_cli_say("\"%s\" is not an address such as jo@example.com", c->args[0]);
		return REP_EXIT_USAGE;
	}
	rc = rep_session_store(&c->session, 0, &store, &err);
	/* First: a state that still names the address is removed by the store as a whole, and all is told again. */
	if (rc == REP_OK)
		rc = rep_outbox_forget(&c->session, store, address, c->arena, &err);
	if (rc == REP_OK)
		rc = rep_store_forget(store, address, &facts, &err);
	rep_store_close(store);
	if (rc == REP_OK)
		rc = rep_quarantine_forget(
		    rep_quarantine_folder(c->arena, rep_session_db(&c->session)), address, c->arena,
		    &kept, &err);
	if (rc == REP_ENOTFOUND) { /* no database, or the key that belongs to it is missing */
		rep_cli_say("%s; nothing was read yet, or name the database with --db", err.msg);
		rep_cli_note(c, REP_EXIT_FAILED);
		return c->worst;
	}
	if (rc != REP_OK)
		return rep_cli_fail(c, REP_EXIT_FAILED, &err);
	tell(c, facts, &kept);
	return c->worst;
}
