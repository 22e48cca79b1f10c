/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/answers.h"
#include "cli/answers_data.h"
#include "base/memory.h"
#include "base/time.h"
#include "base/version.h"
#include "cli/completion.h"
#include "cli/control_work.h"
#include "cli/handover.h"
#include "cli/net.h"
#include "cli/out.h"
#include "config/paths.h"
#include "engine/workers.h"
#include "serve/reader.h"
#include "serve/role.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { ARENA_MAX = 96 << 20 };

/* --- options: one table ---------------------------------------------------------------- */

enum option_kind { FLAG, VALUE, LIST };

#define AT(field) offsetof(struct rep_cli, field)

/* When reputed serve does the work of a command (cli/handover.h). */
enum option_to {
	STAYS = 0, /* with it, the command does its work itself */
	GOES,	   /* is handed over: it is data, and opens no file */
	SHARED	   /* is not handed over: the service has its own, which must be the same */
};

static const struct {
	const char *name;
	enum option_kind kind;
	size_t at;
	const char *value, *help;
	enum option_to to;
} options[] = {
	{ "--json", FLAG, AT(json), NULL, "print JSON instead of text", GOES },
	{ "--csv", FLAG, AT(csv), NULL, "print CSV for a spreadsheet instead of text", STAYS },
	{ "--html", FLAG, AT(html), NULL, "print one self-contained page instead of text", GOES },
	{ "--db", VALUE, AT(session.db), "PATH", "the database", SHARED },
	{ "--config", VALUE, AT(config), "FILE", "the configuration", SHARED },
	{ "--know", VALUE, AT(session.know_dir), "DIR",
	    "a directory of your own rules, providers, services, guides and options", SHARED },
	{ "--now", VALUE, AT(now), "TIME", "take TIME as now, such as 2026-11-03T10:31:07Z", GOES },
	{ "--since", VALUE, AT(since), "LENGTH", "how far back to look, such as 30d or 12w",
	    STAYS },
	{ "--timezone", VALUE, AT(timezone), "ZONE",
	    "the time zone of log lines that do not name one", GOES },
	{ "--source", LIST, AT(sources), "[LABEL=]IP", "the public address that mail leaves from",
	    GOES },
	{ "--ip", LIST, AT(ips), "IP", "one of your addresses; can be given several times", GOES },
	{ "--from", VALUE, AT(from), "ADDRESS", "the envelope sender; <> for none", STAYS },
	{ "--helo", VALUE, AT(helo), "NAME", "the name your server says in HELO or EHLO", GOES },
	{ "--selector", LIST, AT(selectors), "NAME", "a DKIM selector; can be given several times",
	    GOES },
	{ "--starttls", FLAG, AT(starttls), NULL,
	    "connect to each MX and look at its certificate; no mail is sent", GOES },
	/* The service would ask it with its own keys of lists, believe it, and wait for it. */
	{ "--server", VALUE, AT(server), "ADDR[:PORT]", "the DNS server to ask", STAYS },
	{ "--timeout-ms", VALUE, AT(timeout_ms), "N", "how long to wait for one DNS answer",
	    STAYS },
	{ "--budget-ms", VALUE, AT(budget_ms), "N", "how long to wait for all DNS answers together",
	    STAYS },
	{ "--names", FLAG, AT(names), NULL,
	    "ask DNS who runs the addresses that nothing else names; on a terminal it is asked anyway",
	    STAYS },
	{ "--scope", LIST, AT(scopes), "WORD",
	    "what the account or token may do: read, act, trace or metrics; can be given several times (default: all)",
	    STAYS },
	{ "--yes", FLAG, AT(yes), NULL,
	    "write the configuration without asking; says nothing about the metadata service",
	    STAYS },
	{ "--metadata", FLAG, AT(ask_metadata), NULL,
	    "the metadata service of this machine's cloud may be asked for its public addresses",
	    STAYS },
	{ "--alert-mail", VALUE, AT(alert_mail), "ADDRESS", "who is told by mail", STAYS },
	{ "--done", VALUE, AT(done), "STEP", "a step that was done, by its number in why", GOES },
	{ "--undone", VALUE, AT(undone), "STEP", "a step that is not done after all", GOES },
	{ "--by", VALUE, AT(by), "NAME", "who did it, if it was not you", GOES },
	{ "--postfix", LIST, AT(postfix), "DIR",
	    "a configuration folder of Postfix; can be given several times", STAYS },
	{ "--dry-run", FLAG, AT(dry_run), NULL, "print what would be stored, and store nothing",
	    STAYS },
	{ "--rollups-only", FLAG, AT(rollups_only), NULL,
	    "store counts, but no single deliveries (for years of old logs)", GOES },
	{ "--trace", FLAG, AT(trace), NULL, "show every number behind a verdict", STAYS },
	{ "--replay", FLAG, AT(replay), NULL,
	    "judge again what was reported before, and show what differs today", STAYS },
	{ "--all", FLAG, AT(session.all), NULL, "show everything that is stored, with full lists",
	    STAYS },
	{ "--help", FLAG, AT(help), NULL, "this text", STAYS },
};

/* --- commands: one table --------------------------------------------------------------- */

static const struct command {
	const char *name;
	int (*run)(struct rep_cli *);
	const char *args, *summary, *examples;
	const char *options; /* names, each between blanks */
} commands[] = {
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

/*
 * Commands that write to the database; all others read at most. With verbs only when one of these is the first argument, or,
 * behind a '!', only when none is; each is between blanks.
 */
enum writer_how {
	HANDED,	  /* to a service that holds the database (cli/handover.h) */
	TAKES_IN, /* the same, and its arguments are inputs */
	BESIDE,	  /* the same; what it writes is beside what was asked for, so it goes without */
	ALONE	  /* it is not done while a service holds the database */
};

static const struct writer {
	const char *name, *verbs;
	enum writer_how how;
} writers[] = {
	{ "ingest", NULL, TAKES_IN },
	{ "forget", NULL, HANDED },
	{ "check", NULL, BESIDE },
	{ "ptr", NULL, BESIDE },
	{ "dnsbl", NULL, BESIDE },
	{ "alert", " ack snooze ", HANDED },
	{ "note", "! list ", HANDED },
	{ "quarantine", " retry purge ", HANDED },
	{ "store", " rebuild ", ALONE },
};

static bool
has_option(const struct command *cmd, const char *name)
{
	char needle[40];

	snprintf(needle, sizeof needle, " %s ", name);
	return strstr(cmd->options, needle) != NULL;
}

enum { COMMAND = 13, OPTION = 29 }; /* where the text of a command, of an option begins */

/*
 * An example is a command, two blanks or more, and what it does. What does not fit beside the command goes
 * below it.
 */
static void
examples(struct rep_buf *b, struct rep_str lines)
{
	while (lines.n > 0) {
		size_t nl = rep_str_chr(lines, '\n', 0);
		struct rep_str line = rep_str_sub(lines, 0, nl);
		size_t told = rep_str_find(line, REP_S("  "), 3);
		struct rep_str what = told == SIZE_MAX
		    ? (struct rep_str){ "", 0 }
		    : rep_str_trim(rep_str_sub(line, told, line.n));

		if (line.n <= rep_out_width() || what.n == 0) {
			rep_buf_add(b, line);
		} else {
			rep_buf_add(b, rep_str_sub(line, 0, told));
			rep_buf_add(b, REP_S("\n      "));
			rep_out_wrap(b, what, 6, 6);
		}
		rep_buf_addc(b, '\n');
		lines = rep_str_sub(lines, nl == SIZE_MAX ? lines.n : nl + 1, lines.n);
	}
}

static void
help(struct rep_buf *b)
{
	rep_out_wrap(b, REP_S("reputed: is my mail blocked, why, and what do I do now?"), 0, 0);
	rep_buf_add(b, REP_S("\n\n"));
	examples(b,
	    REP_S(
		"  reputed setup                        find the mail server and its log, and begin\n"
		"  reputed ingest /var/log/mail.log     read the mail server's log\n"
		"  reputed status                       which provider refuses what\n"
		"  reputed why                          the reason, the evidence, the next step\n"
		"  reputed check example.com --ip IP    what the world sees of you in DNS\n"
		"  reputed explain S3140                what a code means\n"));
	rep_buf_add(b, REP_S("\nCommands:\n"));
	for (size_t i = 0; i < REP_COUNT(commands); i++) {
		rep_buf_printf(b, "  %-10s ", commands[i].name);
		rep_out_wrap(b, rep_str_c(commands[i].summary), COMMAND, COMMAND);
		rep_buf_addc(b, '\n');
	}
	rep_buf_addc(b, '\n');
	rep_out_wrap(b,
	    REP_S("More about a command: reputed COMMAND --help. Exit codes: 0 ok, 1 trouble "
		  "found, 2 usage error, 3 some input was bad (the rest was used), 4 failed."),
	    0, 0);
	rep_buf_addc(b, '\n');
}

static void
command_help(struct rep_buf *b, const struct command *cmd)
{
	examples(b, rep_str_c(cmd->examples));
	rep_buf_printf(
	    b, "\nreputed %s%s%s\n  ", cmd->name, cmd->args[0] != '\0' ? " " : "", cmd->args);
	rep_out_wrap(b, rep_str_c(cmd->summary), 2, 2);
	rep_buf_add(b, REP_S("\n\n"));
	for (size_t i = 0; i < REP_COUNT(options); i++) {
		if (!has_option(cmd, options[i].name))
			continue;
		rep_buf_printf(b, "  %-14s %-11s ", options[i].name,
		    options[i].value != NULL ? options[i].value : "");
		rep_out_wrap(b, rep_str_c(options[i].help), OPTION, OPTION);
		rep_buf_addc(b, '\n');
	}
}

/* Help about a command; NULL: about all. */
static int
print_help(const struct command *cmd, FILE *f)
{
	struct rep_buf b;
	int code;

	rep_buf_init(&b, 1 << 16);
	if (cmd != NULL)
		command_help(&b, cmd);
	else
		help(&b);
	code = !b.full && fwrite(b.p, 1, b.n, f) == b.n ? REP_EXIT_OK : REP_EXIT_FAILED;
	rep_buf_fini(&b);
	return code;
}

/* The script by which a shell completes all this. */
static int
print_completion(const char *shell)
{
	struct rep_completion_option o[REP_COUNT(options)];
	struct rep_completion_command k[REP_COUNT(commands)];
	const struct rep_completion c = { o, REP_COUNT(o), k, REP_COUNT(k) };
	struct rep_buf b;
	int code;

	for (size_t i = 0; i < REP_COUNT(o); i++)
		o[i] = (struct rep_completion_option){ options[i].name, options[i].value,
			options[i].help };
	for (size_t i = 0; i < REP_COUNT(k); i++)
		k[i] = (struct rep_completion_command){ commands[i].name, commands[i].args,
			commands[i].summary, commands[i].options };
	rep_buf_init(&b, 1 << 18);
	if (!rep_completion_write(shell, &c, &b)) {
		rep_cli_say("--completion takes bash, zsh or fish, not \"%s\"", shell);
		code = REP_EXIT_USAGE;
	} else {
		code =
		    !b.full && fwrite(b.p, 1, b.n, stdout) == b.n ? REP_EXIT_OK : REP_EXIT_FAILED;
	}
	rep_buf_fini(&b);
	return code;
}

/* --- a command line ------------------------------------------------------------------------- */

static bool
add_to(struct rep_cli_list *list, const char *option, const char *value)
{
	if (list->n == REP_COUNT(list->v)) {
		rep_cli_say("%s %s: given more than %d times", option, value, REP_CLI_LIST_MAX);
		return false;
	}
	list->v[list->n++] = value;
	return true;
}

/* Reads one option at argv[i]. Returns how many words it used, 0 when it is wrong. */
static int
read_option(struct rep_cli *c, const struct command *cmd, char **argv, int i)
{
	const char *names[REP_COUNT(options)], *value, *near;
	struct rep_str arg = rep_str_c(argv[i]);
	size_t eq = rep_str_chr(arg, '=', 0), n = eq == SIZE_MAX ? arg.n : eq;

	for (size_t k = 0; k < REP_COUNT(options); k++) {
		names[k] = has_option(cmd, options[k].name) ? options[k].name : NULL;
		if (names[k] == NULL ||
		    !rep_str_eq(rep_str_sub(arg, 0, n), rep_str_c(options[k].name)))
			continue;
		if (options[k].kind == FLAG && eq == SIZE_MAX) {
			*(bool *)((char *)c + options[k].at) = true;
			return 1;
		}
		value = eq != SIZE_MAX ? argv[i] + eq + 1 : argv[i + 1];
		if (options[k].kind == FLAG || value == NULL) {
			rep_cli_say("%s takes %s", options[k].name,
			    options[k].kind == FLAG ? "no value" : options[k].value);
			return 0;
		}
		if (options[k].kind == VALUE)
			memcpy((char *)c + options[k].at, &value, sizeof value);
		else if (!add_to((struct rep_cli_list *)((char *)c + options[k].at),
			     options[k].name, value))
			return 0;
		return eq != SIZE_MAX ? 1 : 2;
	}
	near = rep_word_nearest(rep_str_sub(arg, 0, n), names, REP_COUNT(names));
	rep_cli_say("%s: no option \"%s\"%s%s%s", cmd->name, argv[i],
	    near != NULL ? "; did you mean " : "", near != NULL ? near : "",
	    near != NULL ? "?" : "");
	return 0;
}

static bool
read_args(struct rep_cli *c, const struct command *cmd, int argc, char **argv)
{
	bool literal = false;
	int took;

	for (int i = 2; i < argc; i += took) {
		took = 1;
		if (!literal && strcmp(argv[i], "--") == 0) {
			literal = true;
		} else if (!literal && argv[i][0] == '-' && argv[i][1] != '\0') {
			if (strcmp(argv[i], "-h") == 0)
				c->help = true;
			else if ((took = read_option(c, cmd, argv, i)) == 0)
				return false;
		} else {
			c->args[c->args_n++] = argv[i];
		}
	}
	return true;
}

/*
 * The key is in the same folder as the configuration. When that path is too long, the default is
 * used.
 */
static void
key_beside(const char *config, struct rep_paths *paths)
{
	struct rep_str file = rep_str_c(config);
	size_t slash = rep_str_rchr(file, '/');
	char cwd[REP_PATH_MAX] = "";
	struct rep_buf b;

	if (config[0] != '/' && getcwd(cwd, sizeof cwd) == NULL)
		return;
	rep_buf_init(&b, sizeof paths->key - 1);
	rep_buf_add(&b, rep_str_c(cwd));
	if (slash != SIZE_MAX) {
		rep_buf_add(&b, config[0] == '/' ? REP_S("") : REP_S("/"));
		rep_buf_add(&b, rep_str_sub(file, 0, slash));
	}
	rep_buf_add(&b, REP_S("/key"));
	if (!b.full)
		memcpy(paths->key, b.p, b.n + 1);
	rep_buf_fini(&b);
}

bool
rep_cli_config(struct rep_cli *c)
{
	static struct rep_paths paths;
	struct rep_config_problems problems = { 0 };
	struct rep_err err;
	enum rep_rc rc;

	if ((rc = rep_paths_find(&paths, &err)) != REP_OK) {
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
		return false;
	}
	if (c->config != NULL)
		key_beside(c->config, &paths);
	rep_config_init(&c->cfg, &paths);
	c->config_path = c->config != NULL ? c->config : paths.config;
	c->config_file = rep_handover_file(c->config_path);
	rc = rep_config_load(c->config_path, c->arena, &c->cfg, &problems, &err);
	for (const struct rep_config_problem *p = problems.first; p != NULL; p = p->next)
		rep_cli_say("%s", p->text);
	if (problems.n > 0)
		rep_cli_note(c, REP_EXIT_BAD_INPUT);
	if (rc != REP_OK && (rc != REP_ENOTFOUND || (c->config != NULL && !c->makes_config))) {
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
		return false;
	}
	return true;
}

/*
 * Log lines without a time zone are in the zone of --timezone or the configuration. It becomes the zone of the
 * process, for rep_zone. False: there is no such zone (printed).
 */
static bool
set_zone(struct rep_cli *c)
{
	char path[300], zone[128];
	struct rep_str z = c->timezone != NULL ? rep_str_c(c->timezone) : c->cfg.timezone;
	FILE *f;

	if (z.n == 0) {
		tzset();
		return true;
	}
	snprintf(zone, sizeof zone, "%.*s", REP_PR(z));
	snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", zone);
	if (strcmp(zone, "UTC") != 0 && strcmp(zone, "Etc/UTC") != 0) {
		f = strstr(zone, "..") != NULL ? NULL : fopen(path, "re");
		if (f == NULL) {
			rep_cli_say("--timezone \"%s\": no such zone in /usr/share/zoneinfo "
				    "(package tzdata); use a name such as Europe/Paris or UTC",
			    zone);
			return false;
		}
		(void)fclose(f);
	}
	if (setenv("TZ", zone, 1) != 0)
		return false;
	tzset();
	return true;
}

static bool
set_now(struct rep_cli *c)
{
	struct rep_err err;

	c->session.clock_s = rep_cli_clock_s();
	rep_out_present(c->session.clock_s);
	if (c->now == NULL)
		return true;
	if (rep_time_parse(rep_str_c(c->now), &c->session.now_s, NULL, &err) != REP_OK) {
		rep_cli_say("--now: %s", err.msg);
		return false;
	}
	rep_out_present(c->session.now_s);
	return true;
}

/* --- work that a service does -------------------------------------------------------------------- */

enum { WORDS_MAX = REP_CONTROL_WORDS_MAX + 1 };

/* NULL: the command, with these arguments, does not write. */
static const struct writer *
writer_of(const struct command *cmd, const struct rep_cli *c)
{
	const char *verb = c->args_n > 0 ? c->args[0] : "";
	char needle[80];

	snprintf(needle, sizeof needle, " %s ", verb);
	for (size_t i = 0; i < REP_COUNT(writers); i++)
		if (strcmp(writers[i].name, cmd->name) == 0 &&
		    (writers[i].verbs == NULL ||
			(verb[0] != '\0' &&
			    (strstr(writers[i].verbs, needle) == NULL) ==
				(writers[i].verbs[0] == '!'))))
			return &writers[i];
	return NULL;
}

/* How often an option is given, and the nth value. */
static size_t
given(const struct rep_cli *c, size_t option, size_t nth, const char **value)
{
	const char *at = (const char *)c + options[option].at;
	const struct rep_cli_list *list;

	*value = NULL;
	if (options[option].kind == FLAG)
		return *(const bool *)at;
	if (options[option].kind == VALUE) {
		memcpy(value, at, sizeof *value);
		return *value != NULL;
	}
	list = (const struct rep_cli_list *)at;
	*value = nth < list->n ? list->v[nth] : NULL;
	return list->n;
}

/* Adds a word; there may be one more than can be handed over, which is said there. False: out of memory. */
static bool
add_word(struct rep_handover *o, const char *word)
{
	if (word != NULL && o->words_n < WORDS_MAX)
		o->words[o->words_n++] = word;
	return word != NULL;
}

/* The command line as it is handed over. False: it has an option with which it stays here. */
static bool
make_words(const struct command *cmd, const struct rep_cli *c, struct rep_handover *o)
{
	const char *value;

	(void)add_word(o, cmd->name);
	for (size_t k = 0; k < REP_COUNT(options); k++) {
		size_t n = given(c, k, 0, &value);

		if (n > 0 && options[k].to == STAYS)
			return false;
		for (size_t i = 0; i < n && options[k].to == GOES; i++) {
			(void)given(c, k, i, &value);
			if (!add_word(o,
				value == NULL
				    ? options[k].name
				    : rep_arena_printf(c->arena, "%s=%s", options[k].name, value)
					  .p))
				return false;
		}
	}
	(void)add_word(o, "--");
	for (size_t i = 0; !o->inputs && i < c->args_n; i++)
		(void)add_word(o, c->args[i]);
	return true;
}

/* True: it was handed over, or cannot be done; *code is the exit code. */
static bool
handed_over(const struct command *cmd, struct rep_cli *c, int *code)
{
	const struct writer *w = writer_of(cmd, c);
	struct rep_handover o = { .inputs = w != NULL && w->how == TAKES_IN,
		.alone = w != NULL && w->how == ALONE,
		.beside = w != NULL && w->how == BESIDE };

	/* Without arguments it says how it is used. */
	if (w == NULL || c->session.only_reads || (o.inputs && c->args_n == 0) ||
	    (o.words = rep_arena_alloc(c->arena, WORDS_MAX * sizeof *o.words)) == NULL)
		return false;
	return make_words(cmd, c, &o) && rep_handover(c, &o, code);
}

/* The words as main gets them. NULL: out of memory. */
static char **
arguments(const struct rep_control_command *m, struct rep_arena *a)
{
	char **argv = rep_arena_alloc(a, (m->words_n + 2) * sizeof *argv);
	bool fine = argv != NULL;

	for (size_t i = 0; fine && i < m->words_n; i++) {
		argv[i + 1] = (char *)(uintptr_t)rep_arena_dup(a, m->words[i]).p;
		fine = argv[i + 1] != NULL;
	}
	return fine ? argv : NULL;
}

/* Whether all of it is what may be handed over. */
static bool
may_be_handed(const struct command *cmd, const struct rep_cli *c)
{
	const struct writer *w = writer_of(cmd, c);
	const char *value;

	for (size_t k = 0; k < REP_COUNT(options); k++)
		if (options[k].to != GOES && given(c, k, 0, &value) > 0)
			return false;
	return w != NULL && w->how != ALONE && (w->how != TAKES_IN || c->args_n == 0);
}

/*
 * A member of the socket's group may not move the present of the database far ahead, where all that is stored becomes old.
 * A day: clocks and zones differ. False: said.
 */
static bool
may_be_now(const struct rep_cli *c, const struct rep_control_task *h)
{
	if (h->owner || c->session.now_s <= c->session.clock_s + REP_DAY_S)
		return true;
	rep_cli_say(
	    "--now %s is more than a day ahead; only root and the owner of the database may "
	    "hand that over",
	    c->now);
	return false;
}

static int finish(int code);
static void take_over(struct rep_cli *c, const struct rep_cli *like);

static enum rep_rc
run_handed(const struct rep_cli *daemon, struct rep_control_task *h, struct rep_err *err)
{
	static struct rep_cli c; /* not the daemon's */
	const struct command *cmd = NULL;
	size_t n = h->command->words_n;
	char **argv;

	for (size_t i = 0; i < REP_COUNT(commands); i++)
		if (rep_str_eq(h->command->words[0], rep_str_c(commands[i].name)))
			cmd = &commands[i];
	if (cmd == NULL)
		return rep_fail(err, REP_EUSAGE, "reputed serve does no such command for others");
	h->work = &c;
	c.task = h;
	c.command = cmd->name;
	c.worst = (int)h->command->worst;
	rep_cli_session(&c);
	if ((c.arena = c.session.arena = rep_arena_new(ARENA_MAX)) == NULL ||
	    (argv = arguments(h->command, c.arena)) == NULL ||
	    (c.args = rep_arena_alloc(c.arena, (n + 1) * sizeof *c.args)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if (!read_args(&c, cmd, (int)n + 1, argv) || !may_be_handed(cmd, &c))
		return rep_fail(
		    err, REP_EUSAGE, "reputed serve does not do this command line for others");
	take_over(&c, daemon);
	c.session.inputs = writer_of(cmd, &c)->how == TAKES_IN ? h->inputs : NULL;
	h->code = finish(
	    !set_now(&c) || !may_be_now(&c, h) || !set_zone(&c) ? REP_EXIT_USAGE : cmd->run(&c));
	return REP_OK;
}

/* What this process has of the one that it stands for. */
static void
take_over(struct rep_cli *c, const struct rep_cli *like)
{
	c->cfg = like->cfg;
	c->config = like->config;
	c->config_path = like->config_path;
	c->config_file = like->config_file;
	c->session.db = like->session.db;
	c->session.know_dir = like->session.know_dir;
	c->session.only_reads = like->session.only_reads;
	c->server = like->server;
	c->timeout_ms = like->timeout_ms;
}

/* A run in the place of somebody else's. False: out of memory. */
static bool
in_place_of(struct rep_cli *c, const struct rep_cli *like)
{
	rep_cli_session(c);
	if ((c->arena = c->session.arena = rep_arena_new(ARENA_MAX)) == NULL) {
		rep_cli_say("out of memory");
		return false;
	}
	take_over(c, like);
	return true;
}

int
rep_cli_line(const struct rep_cli *like, size_t n, const char *const *words)
{
	static struct rep_cli c;
	const struct command *cmd = NULL;
	char **argv;
	int code;

	for (size_t i = 0; i < REP_COUNT(commands); i++)
		if (strcmp(words[0], commands[i].name) == 0)
			cmd = &commands[i];
	c.handed = run_handed;
	if (cmd == NULL || !in_place_of(&c, like) ||
	    (argv = rep_arena_alloc(c.arena, (n + 1) * sizeof *argv)) == NULL ||
	    (c.args = rep_arena_alloc(c.arena, (n + 1) * sizeof *c.args)) == NULL)
		return REP_EXIT_FAILED;
	c.command = cmd->name;
	memcpy(argv + 1, words, n * sizeof *argv);
	if (!read_args(&c, cmd, (int)n + 1, argv) || !set_now(&c) || !set_zone(&c))
		return finish(REP_EXIT_USAGE);
	if (c.now == NULL)
		c.session.now_s = like->session.now_s;
	return finish(handed_over(cmd, &c, &code) ? code : cmd->run(&c));
}

int
rep_cli_answer(const struct rep_cli *like, enum rep_resource r, const struct rep_params *p)
{
	static struct rep_cli c;

	if (!in_place_of(&c, like) || !set_now(&c) || !set_zone(&c))
		return finish(REP_EXIT_FAILED);
	c.session.now_s = like->session.now_s;
	return finish(rep_answers_data(&c, r, p));
}

/* --- a run ------------------------------------------------------------------------------------------ */

static int
run(const struct command *cmd, int argc, char **argv)
{
	static struct rep_cli c;
	const char **args;
	int code;

	c.command = cmd->name;
	c.makes_config = cmd->run == rep_cmd_setup;
	c.handed = run_handed;
	c.arena = rep_arena_new(ARENA_MAX);
	rep_cli_session(&c);
	c.args = args = calloc((size_t)argc + 1, sizeof *c.args);
	if (c.arena == NULL || c.args == NULL) {
		rep_cli_say("out of memory");
		return REP_EXIT_FAILED;
	}
	if (!read_args(&c, cmd, argc, argv)) {
		fprintf(stderr, "more: reputed %s --help\n", cmd->name);
		code = REP_EXIT_USAGE;
	} else if (c.help) {
		code = print_help(cmd, stdout);
	} else if (!set_now(&c)) {
		code = REP_EXIT_USAGE;
	} else if (!rep_cli_config(&c)) {
		code = c.worst;
	} else if (!set_zone(&c)) {
		code = REP_EXIT_USAGE;
	} else if (!handed_over(cmd, &c, &code)) {
		code = cmd->run(&c);
	}
	free(args);
	rep_arena_free(c.arena);
	return code;
}

/*
 * Writes what stdio still holds. A closed pipe is not an error. When memory ran out, something may
 * be missing in what was shown, even if nobody noticed.
 */
static int
finish(int code)
{
	if (code != REP_EXIT_FAILED && rep_memory_ran_out()) {
		rep_cli_say("out of memory: the output may be incomplete");
		code = REP_EXIT_FAILED;
	}
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	if (errno != EPIPE)
		rep_cli_say("standard output: %s", strerror(errno));
	return REP_EXIT_FAILED;
}

/*
 * When a descriptor below 3 is closed, the next file that is opened would get its number: the
 * database, for example, would be read as standard input. So it is opened here in such a way that
 * every use of it fails and is reported.
 */
static bool
fill_closed(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
			return false;
	return true;
}

int
main(int argc, char **argv)
{
	const char *names[REP_COUNT(commands)], *near;
	int code;

	if (!fill_closed())
		return REP_EXIT_FAILED;
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes is reported like a full disk */
	/*
	 * How the workers start this program again (engine/workers.h). These are not commands for
	 * people. They have nothing to put away, and a sanitizer that looks for leaks at the end would
	 * need calls that their lock refuses.
	 */
	if (argc == 2 && strcmp(argv[1], REP_WORKERS_PARSE) == 0)
		_exit(rep_worker_main());
	if (argc == 2 && strcmp(argv[1], REP_WORKERS_READ) == 0)
		_exit(rep_read_worker_main());
	if (argc == 2 && strcmp(argv[1], REP_WORKERS_RESOLVE) == 0)
		_exit(rep_resolve_worker_main());
	if (argc == 2 && strcmp(argv[1], REP_WORKERS_FETCH) == 0)
		_exit(rep_fetch_worker_main());
	if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		code = print_help(NULL, argc < 2 ? stderr : stdout);
		return finish(argc < 2 ? REP_EXIT_USAGE : code);
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("reputed " REP_VERSION);
		return finish(REP_EXIT_OK);
	}
	if (argc == 3 && strcmp(argv[1], "--completion") == 0)
		return finish(print_completion(argv[2]));
	for (size_t i = 0; i < REP_COUNT(commands); i++) {
		names[i] = commands[i].name;
		if (strcmp(argv[1], commands[i].name) == 0)
			return finish(run(&commands[i], argc, argv));
	}
	if (rep_cli_meant(argc, argv))
		return REP_EXIT_USAGE;
	near = rep_word_nearest(rep_str_c(argv[1]), names, REP_COUNT(names));
	rep_cli_say("no command \"%s\"%s%s%s", argv[1], near != NULL ? "; did you mean " : "",
	    near != NULL ? near : "", near != NULL ? "?" : "");
	return REP_EXIT_USAGE;
}
