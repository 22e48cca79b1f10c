/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/reported_args.h"
#include "base/time.h"
#include "cli/net.h"
#include "cli/out.h"

bool
rep_cli_reported_domain(struct rep_cli *c, struct rep_str *domain)
{
	struct rep_name name;
	struct rep_str shown;
	char *low;

	*domain = (struct rep_str){ "", 0 };
	if (c->args_n < 2)
		return true;
	if (!rep_cli_domain(c, c->args[1], &name, &shown))
		return false;
	low = rep_arena_alloc(c->arena, shown.n + 1);
	if (low == NULL) {
		rep_cli_say("out of memory");
		rep_cli_note(c, REP_EXIT_FAILED);
		return false;
	}
	for (size_t i = 0; i < shown.n; i++)
		low[i] = rep_lower(shown.p[i]);
	*domain = (struct rep_str){ low, shown.n };
	while (domain->n > 0 && domain->p[domain->n - 1] == '.')
		domain->n--;
	return true;
}

bool
rep_cli_since(struct rep_cli *c, int64_t *length_s)
{
	if (c->since == NULL || rep_time_length(rep_str_c(c->since), length_s))
		return true;
	rep_cli_say("--since wants a length of time such as 30d or 12w, not \"%s\"", c->since);
	rep_cli_note(c, REP_EXIT_USAGE);
	return false;
}
