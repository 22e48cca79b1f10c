/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"

#include <stddef.h>
#include <stdio.h>

#define AT(field) offsetof(struct rep_cli, field)

const struct rep_cli_option rep_cli_options[] = {
	{ "--json", REP_OPTION_FLAG, AT(json), NULL, "print JSON instead of text",
	    REP_OPTION_GOES },
	{ "--csv", REP_OPTION_FLAG, AT(csv), NULL, "print CSV for a spreadsheet instead of text",
	    REP_OPTION_STAYS },
	{ "--html", REP_OPTION_FLAG, AT(html), NULL,
	    "print one self-contained page instead of text", REP_OPTION_GOES },
	{ "--db", REP_OPTION_VALUE, AT(session.db), "PATH", "the database", REP_OPTION_SHARED },
	{ "--config", REP_OPTION_VALUE, AT(config), "FILE", "the configuration",
	    REP_OPTION_SHARED },
	{ "--know", REP_OPTION_VALUE, AT(session.know_dir), "DIR",
	    "a directory of your own rules, providers, services, guides and options",
	    REP_OPTION_SHARED },
	{ "--now", REP_OPTION_VALUE, AT(now), "TIME",
	    "take TIME as now, such as 2026-11-03T10:31:07Z", REP_OPTION_GOES },
	{ "--since", REP_OPTION_VALUE, AT(since), "LENGTH",
	    "how far back to look, such as 30d or 12w", REP_OPTION_STAYS },
	{ "--timezone", REP_OPTION_VALUE, AT(timezone), "ZONE",
	    "the time zone of log lines that do not name one", REP_OPTION_GOES },
	{ "--source", REP_OPTION_LIST, AT(sources), "[LABEL=]IP",
	    "the public address that mail leaves from", REP_OPTION_GOES },
	{ "--ip", REP_OPTION_LIST, AT(ips), "IP",
	    "one of your addresses; can be given several times", REP_OPTION_GOES },
	{ "--from", REP_OPTION_VALUE, AT(from), "ADDRESS", "the envelope sender; <> for none",
	    REP_OPTION_STAYS },
	{ "--helo", REP_OPTION_VALUE, AT(helo), "NAME", "the name your server says in HELO or EHLO",
	    REP_OPTION_GOES },
	{ "--selector", REP_OPTION_LIST, AT(selectors), "NAME",
	    "a DKIM selector; can be given several times", REP_OPTION_GOES },
	{ "--starttls", REP_OPTION_FLAG, AT(starttls), NULL,
	    "connect to each MX and look at its certificate; no mail is sent", REP_OPTION_GOES },
	/* The service would ask it with its own keys of lists, believe it, and wait for it. */
	{ "--server", REP_OPTION_VALUE, AT(server), "ADDR[:PORT]", "the DNS server to ask",
	    REP_OPTION_STAYS },
	{ "--timeout-ms", REP_OPTION_VALUE, AT(timeout_ms), "N",
	    "how long to wait for one DNS answer", REP_OPTION_STAYS },
	{ "--budget-ms", REP_OPTION_VALUE, AT(budget_ms), "N",
	    "how long to wait for all DNS answers together", REP_OPTION_STAYS },
	{ "--names", REP_OPTION_FLAG, AT(names), NULL,
	    "ask DNS who runs the addresses that nothing else names; on a terminal it is asked anyway",
	    REP_OPTION_STAYS },
	{ "--scope", REP_OPTION_LIST, AT(scopes), "WORD",
	    "what the account or token may do: read, act, trace or metrics; can be given several times (default: all)",
	    REP_OPTION_STAYS },
	{ "--yes", REP_OPTION_FLAG, AT(yes), NULL,
	    "write the configuration without asking; says nothing about the metadata service",
	    REP_OPTION_STAYS },
	{ "--metadata", REP_OPTION_FLAG, AT(ask_metadata), NULL,
	    "the metadata service of this machine's cloud may be asked for its public addresses",
	    REP_OPTION_STAYS },
	{ "--alert-mail", REP_OPTION_VALUE, AT(alert_mail), "ADDRESS", "who is told by mail",
	    REP_OPTION_STAYS },
	{ "--done", REP_OPTION_VALUE, AT(done), "STEP",
	    "a step that was done, by its number in why", REP_OPTION_GOES },
	{ "--undone", REP_OPTION_VALUE, AT(undone), "STEP", "a step that is not done after all",
	    REP_OPTION_GOES },
	{ "--by", REP_OPTION_VALUE, AT(by), "NAME", "who did it, if it was not you",
	    REP_OPTION_GOES },
	{ "--postfix", REP_OPTION_LIST, AT(postfix), "DIR",
	    "a configuration folder of Postfix; can be given several times", REP_OPTION_STAYS },
	{ "--dry-run", REP_OPTION_FLAG, AT(dry_run), NULL,
	    "print what would be stored, and store nothing", REP_OPTION_STAYS },
	{ "--rollups-only", REP_OPTION_FLAG, AT(rollups_only), NULL,
	    "store counts, but no single deliveries (for years of old logs)", REP_OPTION_GOES },
	{ "--trace", REP_OPTION_FLAG, AT(trace), NULL, "show every number behind a verdict",
	    REP_OPTION_STAYS },
	{ "--replay", REP_OPTION_FLAG, AT(replay), NULL,
	    "judge again what was reported before, and show what differs today", REP_OPTION_STAYS },
	{ "--all", REP_OPTION_FLAG, AT(session.all), NULL,
	    "show everything that is stored, with full lists", REP_OPTION_STAYS },
	{ "--help", REP_OPTION_FLAG, AT(help), NULL, "this text", REP_OPTION_STAYS },
};

const struct rep_cli_command rep_cli_commands[] = {
	{ "setup", rep_cmd_setup, "[PATH|journal...]",
	    "find Postfix, its log, your addresses and domains; write the configuration; read the old logs",
	    "  reputed setup                        # shows what it would write, and asks\n"
	    "  reputed setup --yes --alert-mail admin@other.example   # for scripts: asks nothing\n"
	    "  reputed setup --source 203.0.113.24  # behind NAT: the address the world sees\n"
	    "  reputed setup /var/log/mx1.log       # a log in another place\n",
	    " --db --config --know --timezone --source --postfix --alert-mail --metadata --yes --server --timeout-ms --budget-ms --help " },
	{ "ingest", rep_cmd_ingest, "PATH...|-",
	    "read mail logs, bounces, complaints, events and reports of receivers; each counts once, however often you read it",
	    "  reputed ingest /var/log/mail.log\n"
	    "  reputed ingest /var/log/mail.log*              # rotated and gzipped ones too, in any order\n"
	    "  reputed ingest ~/Maildir /var/mail/bounces     # bounces and complaints: folders, mbox, single mails\n"
	    "  reputed ingest ~/Maildir/.dmarc                # reports of receivers: DMARC, TLS, failures\n"
	    "  reputed ingest ses-events.json kumo.zst exim.log accounting.csv\n"
	    "  journalctl -o json SYSLOG_FACILITY=2 | reputed ingest -\n"
	    "  reputed ingest --source 203.0.113.24 mail.log  # behind NAT: the address the world sees\n"
	    "  reputed ingest --dry-run --json mail.log       # what would be stored, one object per line\n",
	    " --db --config --know --json --now --timezone --source --dry-run --rollups-only --server --timeout-ms --budget-ms --help " },
	{ "serve", rep_cmd_serve, "[PATH|journal...]",
	    "watch logs and mailboxes, and say when a provider begins to refuse and when it is over",
	    "  reputed serve                               # what reputed.conf says to watch\n"
	    "  reputed serve /var/log/mail.log             # a log; rotation is followed\n"
	    "  reputed serve /var/log/mail.log ~/Maildir   # and a mailbox that bounces go to\n"
	    "  reputed serve journal                       # the systemd journal\n",
	    " --db --config --know --timezone --source --server --timeout-ms --help " },
	{ "alert", rep_cmd_alert, "list|ack|snooze|test [...]",
	    "who was told of what, and whether the channels work",
	    "  reputed alert list          # what is open, and who got which message\n"
	    "  reputed alert ack 3         # somebody knows: no more of it until it is over\n"
	    "  reputed alert snooze 3 4h   # nothing more of it for four hours\n"
	    "  reputed alert test          # a test message through each channel of the configuration\n"
	    "  reputed alert test phone    # through one\n",
	    " --db --config --know --json --by --help " },
	{ "note", rep_cmd_note, "INCIDENT [TEXT] | list [INCIDENT]",
	    "write down what you did about an incident, and who did what when",
	    "  reputed note 7 --done 2                     # the second step of why 7\n"
	    "  reputed note 7 --done 2 \"sent the form\"     # and words about it\n"
	    "  reputed note 7 called the hosting company   # words alone\n"
	    "  reputed note list 7\n"
	    "  reputed note list --json                    # of all incidents\n",
	    " --db --config --know --json --done --undone --by --help " },
	{ "status", rep_cmd_status, "",
	    "how each provider treats each of your addresses now; worst first",
	    "  reputed status\n"
	    "  reputed status --all        # everything stored, not the last 24 hours\n"
	    "  reputed status --json\n"
	    "  reputed status --html > status.html\n",
	    " --db --config --know --json --html --now --all --help " },
	{ "why", rep_cmd_why, "[INCIDENT|IP|PROVIDER|DOMAIN|CODE]",
	    "what is wrong, why, and what to do now",
	    "  reputed why\n"
	    "  reputed why 7                       # one incident\n"
	    "  reputed why microsoft-consumer      # one provider\n"
	    "  reputed why --trace                 # with every ratio and sum\n"
	    "  reputed why --replay                # earlier verdicts, judged again today\n"
	    "  reputed why 7 --html > block.html   # a page with a picture, to send to somebody\n",
	    " --db --config --know --json --html --now --trace --replay --all --help " },
	{ "top", rep_cmd_top, "",
	    "status on a screen that follows the log: what is wrong, every source and provider by the hour",
	    "  reputed top                             # Enter: why; ?: the keys; q: the end\n"
	    "  reputed top --now 2026-11-03T10:31:07Z  # as it was then\n",
	    " --db --config --know --now --help " },
	{ "trend", rep_cmd_trend, "[PROVIDER|SOURCE|STREAM]",
	    "the last hours and days as a chart, and whether it is better or worse than a week before",
	    "  reputed trend                       # all mail, and each provider\n"
	    "  reputed trend microsoft             # one provider; hotmail.com means the same\n"
	    "  reputed trend 203.0.113.24          # one of your addresses\n"
	    "  reputed trend password-reset        # one stream\n",
	    " --db --config --know --json --now --help " },
	{ "report", rep_cmd_report, "",
	    "what became of the mail of some weeks, and why: a page for somebody who decides",
	    "  reputed report --html > mail.html              # one file: for mail, print or a ticket\n"
	    "  reputed report --html --since 12w > mail.html  # the last twelve weeks, not four\n"
	    "  reputed report                                 # the same as text\n",
	    " --db --config --know --html --since --now --help " },
	{ "mcp", rep_cmd_mcp, "",
	    "let an assistant look, and not touch: the Model Context Protocol over standard input and output",
	    "  reputed mcp                               # an assistant starts it; how to tell it: doc/mcp.md\n"
	    "  reputed mcp --now 2026-11-03T10:31:07Z    # it sees everything as it was then\n",
	    " --db --config --know --now --server --timeout-ms --help " },
	{ "trace", rep_cmd_trace, "ADDRESS|QUEUEID|MESSAGE-ID [FILE|-]",
	    "one message, or all mail to one person, from acceptance to the last reply",
	    "  reputed trace jo@example.com                 # what happened to the mail to this person\n"
	    "  reputed trace 4Kx1y2z3                       # one message, by its queue id\n"
	    "  reputed trace '<a1b2@shop.example>'          # the same, by its Message-ID\n"
	    "  reputed trace jo@example.com queue.json      # with a queue saved by postqueue -j\n",
	    " --db --config --know --json --now --all --help " },
	{ "queue", rep_cmd_queue, "[FILE|-]",
	    "what waits in the Postfix queue, for whom, why and until when",
	    "  reputed queue                       # the queue of this machine (postqueue -j)\n"
	    "  postqueue -j | reputed queue -      # the same, through a pipe\n"
	    "  reputed queue queue.json            # a saved queue\n"
	    "  reputed queue --all                 # every group, not only the twelve largest\n",
	    " --db --config --know --json --now --all --help " },
	{ "options", rep_cmd_options, "[PROVIDER]",
	    "stay or move: what each way out costs and what it would change",
	    "  reputed options\n"
	    "  reputed options microsoft-consumer  # one provider; hotmail.com means the same\n"
	    "  reputed options --all               # every way out, not the three best\n"
	    "  reputed options --trace             # with every probability, price and its source\n",
	    " --db --config --know --json --now --trace --all --help " },
	{ "classify", rep_cmd_classify, "[PATH|-]",
	    "classify SMTP replies, one per line; write \"host TAB reply\" if you know the host",
	    "  echo '550 5.7.1 ... part of their network is on our block list (S3140)' | reputed classify\n"
	    "  printf 'mx1.example.net\\t451 4.7.1 Greylisted\\n' | reputed classify --json\n",
	    " --json --config --know --help " },
	{ "explain", rep_cmd_explain, "[CODE|TEXT|TOPIC]",
	    "what a reply, a code or a topic means, who says so, and what to do",
	    "  reputed explain                     # all topics\n"
	    "  reputed explain rdns                # one page\n"
	    "  reputed explain S3140\n"
	    "  reputed explain '421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred'\n"
	    "  reputed explain my mail goes to junk\n",
	    " --json --config --know --help " },
	{ "rules", rep_cmd_rules, "check [FILE] | list [FILE|WORD]",
	    "check and list the rules by which reputed reads replies",
	    "  reputed rules check /etc/reputed/know.d/mine.rules\n"
	    "  reputed rules check mine.weights         # how much evidence weighs\n"
	    "  reputed rules list microsoft\n",
	    " --json --config --know --help " },
	{ "config", rep_cmd_config, "check|dump [FILE]",
	    "check the configuration, or print it with all its defaults",
	    "  reputed config check\n"
	    "  reputed config dump --json\n",
	    " --json --config --help " },
	{ "complaints", rep_cmd_complaints, "",
	    "complaint rates by stream and provider, with their limits; worst first",
	    "  reputed complaints\n"
	    "  reputed complaints --all    # everything stored, not the last 30 days\n"
	    "  reputed complaints --json\n",
	    " --db --config --know --json --now --all --help " },
	{ "quarantine", rep_cmd_quarantine, "list | show ID | retry [ID...] | purge [ID...]",
	    "documents that could not be read, and why; kept for 14 days",
	    "  reputed quarantine list\n"
	    "  reputed quarantine retry              # read all of them again\n"
	    "  reputed quarantine purge 0123456789abcdef\n",
	    " --db --config --know --json --help " },
	{ "forget", rep_cmd_forget, "ADDRESS", "delete everything about a recipient; counts stay",
	    "  reputed forget jo@example.com\n", " --db --config --json --help " },
	{ "user", rep_cmd_user,
	    "list | add NAME | password NAME | remove NAME | token NAME | revoke ID",
	    "who may log in on the web page, and the tokens of its API",
	    "  reputed user add alice                    # asks for her password\n"
	    "  reputed user add viewer --scope read      # may look, and change nothing\n"
	    "  reputed user token alice --scope metrics  # prints a token for Prometheus, once\n"
	    "  reputed user list                         # accounts and tokens\n"
	    "  reputed user revoke 0123456789ab          # a token\n"
	    "  reputed user remove alice                 # with her tokens; she is logged out\n",
	    " --db --config --json --scope --help " },
	{ "steer", rep_cmd_steer, "postfix plan|enable|disable|status",
	    "keep mail that a provider refuses in the queue of Postfix, instead of losing it",
	    "  reputed steer postfix plan      # what would change in Postfix, and what it does\n"
	    "  reputed steer postfix enable    # as root: shows it, asks, changes it\n"
	    "  reputed steer postfix status\n"
	    "  reputed steer postfix disable   # changes it back, to the byte\n",
	    " --json --db --config --know --postfix --yes --help " },
	{ "store", rep_cmd_store, "check | rebuild PATH...",
	    "check the database for damage; rebuild it from logs",
	    "  reputed store check\n"
	    "  reputed store rebuild /var/log/mail.log*    # with no other reputed running\n",
	    " --db --config --know --json --now --timezone --source --rollups-only --help " },
	{ "check", rep_cmd_check, "DOMAIN [--ip IP]... [--starttls]",
	    "check a domain and its addresses in DNS for everything that providers object to, "
	    "worst first",
	    "  reputed check example.com --ip 203.0.113.24\n"
	    "  reputed check example.com --ip 203.0.113.24 --selector mail2026 --helo mx1.example.com\n"
	    "  reputed check example.com --ip 203.0.113.24 --html > example.html   # a page, to send to somebody\n"
	    "  reputed check example.com --starttls    # also asks each MX for its certificate\n",
	    " --json --html --db --config --know --ip --selector --helo --starttls --server --timeout-ms --budget-ms --now --help " },
	{ "spf", rep_cmd_spf, "check [DOMAIN] [--ip IP]... [--from ADDRESS --helo NAME]",
	    "whether an address may send for a domain; what the SPF record costs, and a better "
	    "record",
	    "  reputed spf check example.com --ip 203.0.113.24      # the record, and whether it covers you\n"
	    "  reputed spf check --ip 203.0.113.24 --from jo@example.com --helo mx1.example.com\n",
	    " --json --config --ip --from --helo --server --timeout-ms --budget-ms --now --help " },
	{ "dkim", rep_cmd_dkim, "verify FILE | check DOMAIN [--selector NAME]...",
	    "whether the signatures of a message are valid, and if not, why; whether a domain's "
	    "key works",
	    "  reputed dkim verify message.eml\n"
	    "  reputed dkim check example.com --selector mail2026\n",
	    " --json --config --selector --server --timeout-ms --budget-ms --now --help " },
	{ "dmarc", rep_cmd_dmarc, "check DOMAIN | report [DOMAIN] | path DOMAIN",
	    "which DMARC record applies to a domain, by RFC 9989 and by RFC 7489; who sends as you, by the "
	    "reports of receivers",
	    "  reputed dmarc check mail.example.com\n"
	    "  reputed ingest ~/Maildir                 # the mails or files with the reports\n"
	    "  reputed dmarc report example.com         # who sends as example.com, and what fails where\n"
	    "  reputed dmarc report --since 12w --all\n"
	    "  reputed dmarc report example.com --csv > sources.csv\n"
	    "  reputed dmarc report example.com --since 12w --html > dmarc.html   # a page, to send to somebody\n"
	    "  reputed dmarc path example.com           # what is left to do before p=reject\n",
	    " --json --csv --html --db --config --know --since --all --names --now --server --timeout-ms --budget-ms --help " },
	{ "tls", rep_cmd_tls, "report [DOMAIN]",
	    "why other mail servers could not send to you encrypted, by their reports (RFC 8460)",
	    "  reputed tls report example.com           # of what reputed ingest has read\n"
	    "  reputed tls report --since 12w --all\n",
	    " --json --db --config --since --all --now --help " },
	{ "ptr", rep_cmd_ptr, "IP [--helo NAME]",
	    "the PTR name of an address: whether it exists, resolves back and is yours",
	    "  reputed ptr 203.0.113.24 --helo mx1.example.com\n",
	    " --json --db --config --helo --server --timeout-ms --budget-ms --help " },
	{ "dnsbl", rep_cmd_dnsbl, "IP",
	    "whether an address is on blocklists; each list is tested in the same run",
	    "  reputed dnsbl 203.0.113.24\n"
	    "  reputed dnsbl 203.0.113.24 --server 127.0.0.1      # with your own resolver\n",
	    " --json --db --config --know --server --timeout-ms --budget-ms --help " },
};

const size_t rep_cli_options_n = REP_COUNT(rep_cli_options);
const size_t rep_cli_commands_n = REP_COUNT(rep_cli_commands);
_Static_assert(REP_COUNT(rep_cli_options) <= REP_CLI_OPTIONS_ROOM, "more room for options");
_Static_assert(REP_COUNT(rep_cli_commands) <= REP_CLI_COMMANDS_ROOM, "more room for commands");

const struct rep_cli_command *
rep_cli_command(struct rep_str name)
{
	for (size_t i = 0; i < rep_cli_commands_n; i++)
		if (rep_str_eq(name, rep_str_c(rep_cli_commands[i].name)))
			return &rep_cli_commands[i];
	return NULL;
}

bool
rep_cli_takes(const struct rep_cli_command *cmd, const char *name)
{
	char needle[40];

	snprintf(needle, sizeof needle, " %s ", name);
	return strstr(cmd->options, needle) != NULL;
}
