/*
 * How `setup` ends: the first status, the worst that `check` finds, and what to type next.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/setup.h"
#include "config/paths.h"

#include <stdlib.h>

#define USUAL "/etc/reputed/reputed.conf" /* config/paths.h: of root */

/* Domains that are checked; each takes some seconds. Judgement. */
enum { CHECKED = 3 };

void
rep_setup_first_look(struct rep_setup *s)
{
	struct rep_cli *c = s->c;
	int before = c->worst;
	char text[300];

	c->args_n = 0;
	(void)rep_cmd_status(c);
	c->worst = c->worst == REP_EXIT_TROUBLE ? before : c->worst;
	before = c->worst;
	for (size_t i = 0; i < s->plan.domains_n && i < CHECKED; i++) {
		const char *domain[1] = { text };

		snprintf(text, sizeof text, "%.*s", REP_PR(s->plan.domains[i].name));
		c->args = domain;
		c->args_n = 1;
		c->selectors.n = c->ips.n = 0;
		(void)rep_cli_check_worst(c);
		if (c->worst == REP_EXIT_FAILED && before != REP_EXIT_FAILED && i == 0)
			i = CHECKED; /* DNS does not work: once is enough */
	}
	c->worst = before;
	c->args_n = 0;
}

/* Whether two paths lead to one place; one that does not exist is only itself. */
static bool
same_place(const char *a, const char *b)
{
	char *x = realpath(a, NULL), *y = realpath(b, NULL);
	bool same = strcmp(x != NULL ? x : a, y != NULL ? y : b) == 0;

	free(x);
	free(y);
	return same;
}

/* Whether it is the configuration of the service. */
static bool
is_of_service(const struct rep_setup *s)
{
	return same_place(s->c->config_path, USUAL);
}

/* Whether this user's commands read it by themselves. */
static bool
is_usual(const struct rep_setup *s)
{
	struct rep_paths paths;

	return rep_paths_find(&paths, NULL) == REP_OK &&
	    same_place(s->c->config_path, paths.config);
}

/* A word as a shell takes it. */
static void
add_word(struct rep_buf *b, const char *word)
{
	static const char plain[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:@+,=";

	if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
		rep_buf_add(b, rep_str_c(word));
		return;
	}
	rep_buf_addc(b, '\'');
	for (; *word != '\0'; word++)
		if (*word == '\'')
			rep_buf_add(b, REP_S("'\\''"));
		else
			rep_buf_addc(b, *word);
	rep_buf_addc(b, '\'');
}

/* A command that stands alone at the margin, with the configuration where that is not the usual one. */
static void
command(const struct rep_setup *s, struct rep_buf *b, const char *words, struct rep_str more)
{
	rep_buf_printf(b, "\nreputed %s%s%.*s", words, more.n > 0 ? " " : "", REP_PR(more));
	if (!is_usual(s)) {
		rep_buf_add(b, REP_S(" --config "));
		add_word(b, s->c->config_path);
	}
	rep_buf_addc(b, '\n');
}

void
rep_setup_say_next(const struct rep_setup *s)
{
	static const char *const units[] = { "/etc/systemd/system/reputed.service",
		"/lib/systemd/system/reputed.service", "/usr/lib/systemd/system/reputed.service" };
	bool unit = false;
	struct rep_buf b;

	for (size_t i = 0; i < REP_COUNT(units); i++)
		unit |= rep_machine_has(&s->machine, units[i]);
	rep_buf_init(&b, 1 << 12);
	if (s->c->cfg.n_alerts == 0) {
		rep_out_wrap(&b,
		    REP_S("\nNobody is told yet: there is no alert block in the configuration "
			  "(man reputed.conf)."),
		    0, 0);
		rep_buf_addc(&b, '\n');
	} else {
		rep_buf_add(&b, REP_S("\nTry whether the alert arrives:\n"));
		command(s, &b, "alert test", REP_S(""));
	}
	if (s->plan.domains_n > 0) {
		rep_buf_add(&b, REP_S("\nAll that DNS shows of a domain of yours:\n"));
		command(s, &b, "check", s->plan.domains[0].name);
	}
	rep_buf_add(&b, REP_S("\nFrom now on, watch the log:\n"));
	if (unit && is_of_service(s))
		rep_buf_add(&b, REP_S("\nsystemctl enable --now reputed\n"));
	else
		command(s, &b, "serve", REP_S(""));
	(void)rep_out_flush(&b);
	rep_buf_fini(&b);
}
