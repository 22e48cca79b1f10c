/*
 * unit/test_auth_failure.c -- failure reports: RFC 6591 and 9991, older ones, and the plain text of Exim. They are no
 * complaints, and no recipient is in what is read.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "packed_doc.h"

#define OUTER                                                                               \
	"From: DMARC reports <dmarc@mx.example.net>\nTo: ruf@shop.example\n"                \
	"Date: Tue, 3 Nov 2026 06:43:00 +0000\nSubject: a report\nMIME-Version: 1.0\n"      \
	"Content-Type: multipart/report; report-type=feedback-report; boundary=\"b_9\"\n\n" \
	"--b_9\n\nA message failed.\n\n"
#define ORIGINAL                                                                          \
	"--b_9\nContent-Type: message/rfc822\n\nFrom: Sales <sales@shop.example>\n"       \
	"To: Al <al@stranger.example>\nMessage-ID: <7@shop.example>\nSubject: secret\n\n" \
	"Hello Al\n--b_9--\n"
#define REPORT(fields) OUTER "--b_9\nContent-Type: message/feedback-report\n\n" fields "\n" ORIGINAL
#define WHOLE                                                                                    \
	"User-Agent: Agent/1.0\nVersion: 1\nAuthentication-Results: mx.example.net; dmarc=fail " \
	"header.from=shop.example\nReported-Domain: shop.example\nSource-IP: 192.0.2.1\n"
#define A "ar=mx.example.net; dmarc=fail header.from=shop.example"
#define TAIL " times=1 from=shop.example mid=<7@shop.example> agent=Agent/1.0 by=mx.example.net\n"
#define BEGINS "A time=2026-11-03T06:43:00Z"
#define EXIM_HEAD                                                               \
	"From: dmarc@mx.example.net\nDate: Tue, 3 Nov 2026 06:43:00 +0000\n"    \
	"Subject: DMARC Forensic Report for shop.example from IP 192.0.2.1\n\n" \
	"A message claiming to be from you has failed the published DMARC\n"    \
	"policy for your domain.\n\n  Sender Domain: shop.example\n"            \
	"  Sender IP Address: 192.0.2.1\n  Received Date: Tue, 03 Nov 2026 06:42:11 +0000\n"

static const struct {
	const char *name, *mail, *want;
} cases[] = {
	{ "DMARC, as RFC 9991 has it",
	    REPORT(
		"Feedback-Type: auth-failure\n" WHOLE
		"Auth-Failure: dmarc\nIdentity-Alignment: dkim, spf\nDelivery-Result: reject\n"
		"Arrival-Date: Tue, 3 Nov 2026 07:42:11 +0100\nOriginal-Envelope-Id: q1\n"
		"Original-Mail-From: <bounce@shop.example>\nOriginal-Rcpt-To: <al@stranger.example>\n"
		"Original-Rcpt-To: <jo@stranger.example>\nIncidents: 3\nDKIM-Domain: shop.example\n"
		"DKIM-Identity: @shop.example\nDKIM-Selector: s1\n"
		"SPF-DNS: txt : shop.example : \"v=spf1 -all\"\nSPF-DNS: txt : _spf.shop.example : \"v=spf1\"\n"),
	    BEGINS
	    " arrival=2026-11-03T06:42:11Z ip=192.0.2.1 domain=shop.example check=dmarc dkim spf"
	    " result=reject " A
	    " d=shop.example i=@shop.example s=s1 spf=txt : shop.example : \"v=spf1 -all\"; txt :"
	    " _spf.shop.example : \"v=spf1\" sender=bounce@shop.example to times=3 from=shop.example"
	    " mid=<7@shop.example> agent=Agent/1.0 by=mx.example.net\n" },
	{ "a signature, as RFC 6591 has it",
	    REPORT("Feedback-Type: auth-failure\n" WHOLE "Auth-Failure: signature\n"),
	    BEGINS " ip=192.0.2.1 domain=shop.example check=signature " A TAIL },
	{ "an old one, whose type is dmarc",
	    REPORT(
		"Feedback-Type: dmarc\n" WHOLE "Auth-Failure: dmarc\nIdentity-Alignment: none\n"),
	    BEGINS " ip=192.0.2.1 domain=shop.example check=dmarc none " A TAIL
		   "N word of=Feedback-Type is=dmarc\n" },
	{ "one without its type", REPORT(WHOLE "Auth-Failure: spf\n"),
	    BEGINS " ip=192.0.2.1 domain=shop.example check=spf " A TAIL
		   "N missing of=Feedback-Type\n" },
	{ "almost nothing in it", REPORT("Feedback-Type: auth-failure\n"),
	    BEGINS " times=1 from=shop.example mid=<7@shop.example> by=mx.example.net\n"
		   "N missing of=User-Agent\nN missing of=Version\nN missing of=Auth-Failure\n"
		   "N missing of=Authentication-Results\nN missing of=Reported-Domain\n"
		   "N missing of=Source-IP\n" },
	{ "words, numbers and times that cannot be right",
	    REPORT(
		"Feedback-Type: Auth-Failure\n" WHOLE
		"Auth-Failure: DMARC\nIdentity-Alignment: arc\nDelivery-Result: smg-policy-action\n"
		"Incidents: many\nArrival-Date: never\nVersion: 2\n"),
	    BEGINS
	    " ip=192.0.2.1 domain=shop.example check=dmarc result=smg-policy-action " A TAIL
	    "N word of=Auth-Failure is=DMARC at=188\nN word of=Identity-Alignment is=arc at=208\n"
	    "N word of=Delivery-Result is=smg-policy-action at=232\nN number of=Incidents is=many at=267\n"
	    "N time of=Arrival-Date is=never at=283\nN twice of=Version is=2 at=303\n" },
	{ "a time of the year 1013",
	    REPORT("Feedback-Type: auth-failure\n" WHOLE
		   "Auth-Failure: spf\nArrival-Date: Tue, 03 Nov 1013 06:42:11 +0000\n"),
	    BEGINS " ip=192.0.2.1 domain=shop.example check=spf " A TAIL
		   "N time of=Arrival-Date is=Tue, 03 Nov 1013 06:42:11 +0000 at=206\n" },
	{ "the name of the host behind its address, as OpenDMARC writes it",
	    REPORT(
		"Feedback-Type: auth-failure\nUser-Agent: OpenDMARC-Filter/1.3.2\nVersion: 1\n"
		"Auth-Failure: dmarc\nAuthentication-Results: mx.example.net; dmarc=fail "
		"header.from=shop.example\nReported-Domain: shop.example\nIdentity-Alignment: none\n"
		"Source-IP: 192.0.2.1 (mail.shop.example)\n"),
	    BEGINS " ip=192.0.2.1 domain=shop.example check=dmarc none " A
		   " times=1 from=shop.example mid=<7@shop.example> agent=OpenDMARC-Filter/1.3.2"
		   " by=mx.example.net\n"
		   "N address of=Source-IP is=192.0.2.1 (mail.shop.example) at=225\n" },
	{ "addresses of strangers, and one that carries another, are masked",
	    REPORT(
		"Feedback-Type: auth-failure\nUser-Agent: Agent/1.0\nVersion: 1\nSource-IP: 192.0.2.1\n"
		"Reported-Domain: shop.example\nAuth-Failure: spf\n"
		"Authentication-Results: mx.example.net; spf=fail smtp.mailfrom=jo@stranger.example\n"
		"Original-Mail-From: jo@stranger.example\n"
		"DKIM-Identity: bounce+al=stranger.example@shop.example\n"),
	    BEGINS
	    " ip=192.0.2.1 domain=shop.example check=spf ar=mx.example.net; spf=fail"
	    " smtp.mailfrom=j***@stranger.example i=***@shop.example sender=j***@stranger.example"
	    " times=1 from=shop.example mid=<7@shop.example> agent=Agent/1.0 by=mx.example.net\n" },
	{ "header fields only, and From only in the results",
	    OUTER
	    "--b_9\nContent-Type: message/feedback-report\n\nFeedback-Type: auth-failure\n" WHOLE
	    "Auth-Failure: spf\n\n--b_9\nContent-Type: text/rfc822-headers\n\nMessage-ID: <8@shop.example>\n"
	    "--b_9--\n",
	    BEGINS
	    " ip=192.0.2.1 domain=shop.example check=spf " A
	    " times=1 from=shop.example mid=<8@shop.example> agent=Agent/1.0 by=mx.example.net\n" },
#define OF_ID(id, to)                                                                         \
	OUTER                                                                                 \
	"--b_9\nContent-Type: message/feedback-report\n\nFeedback-Type: auth-failure\n" WHOLE \
	"Auth-Failure: spf\n\n--b_9\nContent-Type: text/rfc822-headers\n\nTo: " to            \
	"\nMessage-ID: " id "\n--b_9--\n"
#define WITH_ID(id)                                             \
	BEGINS " ip=192.0.2.1 domain=shop.example check=spf " A \
	       " times=1 from=shop.example mid=" id " agent=Agent/1.0 by=mx.example.net\n"
	{ "a Message-ID with an address in it is masked",
	    OF_ID("<al=stranger.example.123@shop.example>", "x@y.example"),
	    WITH_ID("<***@shop.example>") },
	{ "one with the address of the recipient",
	    OF_ID("<n.al.stranger.example.123@shop.example>", "Al <al@stranger.example>"),
	    WITH_ID("<n***@shop.example>") },
	{ "one that is the address of the recipient",
	    OF_ID("<al@stranger.example>", "<AL@Stranger.Example>"),
	    WITH_ID("<a***@stranger.example>") },
	{ "one with a second sign", OF_ID("<al@stranger.example@shop.example>", "x@y.example"),
	    WITH_ID("<a***@shop.example>") },
	{ "one without a domain", OF_ID("<al=stranger.example>", "x@y.example"), WITH_ID("<***>") },
	{ "one without an address stays", OF_ID("<20261103.7-ab@news.shop.example>", "x@y.example"),
	    WITH_ID("<20261103.7-ab@news.shop.example>") },
	{ "a complaint is a complaint",
	    REPORT("Feedback-Type: abuse\n" WHOLE "Auth-Failure: dmarc\n"), "R complaint\n" },
	{ "Exim's text",
	    EXIM_HEAD
	    "  SPF Alignment: no\n  DKIM Alignment: yes\n  DMARC Results: None, Accept\n\n"
	    "------ This is a copy of the headers that were received before the error\n"
	    "       was detected.\n\nFrom: sales@shop.example\nTo: al@stranger.example\n"
	    "Message-ID: <9@shop.example>\n",
	    BEGINS
	    " arrival=2026-11-03T06:42:11Z ip=192.0.2.1 domain=shop.example check=dmarc dkim"
	    " result=None, Accept times=1 from=shop.example mid=<9@shop.example> by=mx.example.net\n"
	    "N missing of=message/feedback-report\nN word of=DMARC Results is=None, Accept at=242\n" },
	{ "a bounce of Exim's text is a bounce",
	    "From: Mail Delivery System <MAILER-DAEMON@mx.example.net>\nTo: dmarc@mx.example.net\n"
	    "Date: Tue, 3 Nov 2026 06:43:00 +0000\nSubject: Mail delivery failed: returning message to sender\n\n"
	    "This message was created automatically by mail delivery software.\n\n"
	    "A message that you sent could not be delivered to one or more of its\n"
	    "recipients. This is a permanent error. The following address(es) failed:\n\n"
	    "  ruf@shop.example\n    550 5.1.1 no such user\n\n"
	    "------ This is a copy of your message, including all the headers. ------\n\n"
	    "From: dmarc@mx.example.net\nTo: ruf@shop.example\nMessage-ID: <3@mx.example.net>\n\n"
	    "A message claiming to be from you has failed the published DMARC\npolicy for your domain.\n",
	    "R bounce\n" },
	{ "Exim's text, neither aligned, and no header",
	    EXIM_HEAD "  SPF Alignment: no\n  DKIM Alignment: no\n  DMARC Results: reject\n",
	    BEGINS
	    " arrival=2026-11-03T06:42:11Z ip=192.0.2.1 domain=shop.example check=dmarc none"
	    " result=reject times=1 by=mx.example.net\nN missing of=message/feedback-report\n" },
};

int
main(void)
{
	struct rep_buf out;

	rep_buf_init(&out, 1 << 20);
	for (size_t i = 0; i < REP_COUNT(cases); i++) {
		show_document(rep_str_c(cases[i].mail), &out);
		is_str(rep_buf_str(&out), cases[i].want, "%s", cases[i].name);
		ok(rep_str_find(rep_buf_str(&out), REP_S("al@stranger"), 0) == SIZE_MAX &&
			rep_str_find(rep_buf_str(&out), REP_S("secret"), 0) == SIZE_MAX,
		    "%s: who was to get it, and its subject, are not in it", cases[i].name);
	}
	rep_buf_fini(&out);
	return done();
}
