/*
 * cli/net.h -- shared by the commands that ask DNS: the resolver, addresses, bytes to show.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_NET_H
#define REP_CLI_NET_H

#include "audit/audit.h"
#include "cli/cli.h"
#include "engine/evaluate.h"
#include "engine/usage.h"

/*
 * The resolver for --server, --timeout-ms and --budget-ms. False: the reason was printed, the exit
 * code noted.
 */
bool rep_cli_resolver(struct rep_cli *c, struct rep_resolver **out);
/* Whether these options can be used, for commands that may ask later. False: the reason was printed, exit code 2 noted. */
bool rep_cli_dns_options(struct rep_cli *c);
/* The same with another budget than the usual one, unless --budget-ms says it. Nothing is printed. REP_EUSAGE: an option. */
enum rep_rc rep_cli_resolver_within(
    struct rep_cli *c, int budget_ms, struct rep_resolver **out, struct rep_err *err) REP_NODISCARD;
/*
 * Closes it. When the budget was over before every answer came, that is said, and the exit code is 4:
 * for the same reason the same code in every command that asks.
 */
void rep_cli_resolver_close(struct rep_cli *c, struct rep_resolver *r);

/*
 * rep_evaluate, and rep_usage_sweep. False: they failed; the reason was printed, the exit code
 * noted.
 */
bool rep_cli_evaluate(struct rep_cli *c, struct rep_resolver *r, struct rep_arena *a,
    rep_evaluate_turn turn, void *ctx);
bool rep_cli_sweep(struct rep_cli *c, struct rep_resolver *r,
    const struct rep_sweep_subject *subject, size_t subjects, struct rep_sweep **out);

/*
 * True when no server answered anything, or all refused everything. Then it prints that in one line
 * and notes exit code 4, and `f` (or NULL) has no findings any more: nothing was found out. The caller
 * prints no text, and JSON as ever.
 */
bool rep_cli_dns_dead(struct rep_cli *c, const struct rep_resolver *r, struct rep_findings *f);

/* Reads an own address. False: it is none, or nobody outside sees it (printed). */
bool rep_cli_ip(struct rep_cli *c, const char *text, struct rep_ip *out);
/* Who runs mailboxes, as built in; rep_providers_free ends it. NULL: failed (printed). */
struct rep_providers *rep_cli_providers(struct rep_cli *c);

/* Makes --helo the name in it. False: it holds none (printed). */
bool rep_cli_helo(struct rep_cli *c);
/*
 * Reads the addresses of --ip, each once. own: they are ours, so a private one is refused. False: one
 * of them cannot be used (printed).
 */
bool rep_cli_ips(struct rep_cli *c, bool own, struct rep_ip *out, size_t max, size_t *n);
/*
 * Reads a domain as a person typed it, and the selectors that go with it (audit/typed.h), to which those of its
 * block in the configuration are added. False: one of them is none (printed).
 */
bool rep_cli_domain(
    struct rep_cli *c, const char *text, struct rep_name *name, struct rep_str *shown);

/* Appends bytes from the network, made safe to show. */
void rep_net_add(struct rep_buf *b, struct rep_str s);
/* rep_out_field for bytes from the network. b is full where the text did not fit. */
void rep_net_field(struct rep_buf *b, const char *label, size_t width, struct rep_str text);

/* What was meant, where the arguments tell, else the usage line. Exit code 2. */
void rep_cli_usage(struct rep_cli *c, const char *usage);

/* Says what was meant by argv[1], which is no command. False: that is not known. */
bool rep_cli_meant(int argc, char **argv);

#endif
