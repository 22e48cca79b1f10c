/* SPDX-License-Identifier: Apache-2.0 */
#include "web/mcp.h"

const struct rep_mcp_tool rep_mcp_tools[] = {
	{ "status", "How providers treat the mail",
	    "How each mailbox provider treats the mail of each own sending address in the last 24 hours: accepted, deferred, bounced, "
	    "and the state (well, throttled, blocked, listed, failing, unknown), worst first. Ask this first.",
	    REP_RESOURCE_STATUS, false, "status" },
	{ "why", "What is wrong, why, and what to do",
	    "The verdict on each trouble: since when, what was lost, the probable causes with evidence for and against, what is not "
	    "known, and the next steps with texts to send and commands for a person to run.",
	    REP_RESOURCE_WHY, false, "why" },
	{ "explain", "What a reply, a code or a topic means",
	    "What an SMTP reply, its code (such as S3140) or a topic (such as rdns, warmup, jmrp) means, who says so, and what to do. "
	    "Without a topic: the list of topics.",
	    REP_RESOURCE_EXPLAIN, false, NULL },
	{ "check", "Look at a domain and an address in DNS",
	    "Checks a domain, and an address that sends for it, in DNS and on public blocklists for everything that providers object "
	    "to: SPF, DKIM, DMARC, MX, PTR, lists. Asks DNS now; nothing of it is stored.",
	    REP_RESOURCE_CHECK, true, "check" },
	{ "trace", "What became of one message, or of the mail to one person",
	    "Follows one message (by queue id or Message-ID), or all mail to one recipient, from acceptance to the last reply.",
	    REP_RESOURCE_TRACE, false, "trace" },
	{ "queue", "What waits in the queue",
	    "What waits in the queue of this machine's Postfix, for whom, why and until when.",
	    REP_RESOURCE_QUEUE, false, "queue" },
	{ "dmarc_report", "Who sends as the domain",
	    "Who sends as a domain, what fails where and since when, by the DMARC aggregate reports of receivers.",
	    REP_RESOURCE_DMARC_REPORT, false, "dmarc_report" },
	{ "options", "Stay or move: the ways out",
	    "For each provider in trouble: the ways out, what each costs, how long it takes and what it would change.",
	    REP_RESOURCE_OPTIONS, false, "options" },
};
const size_t rep_mcp_tools_n = REP_COUNT(rep_mcp_tools);
