/*
 * unit/test_replies.c -- what real hosts say, and what could mislead, against the built-in rules.
 *
 * The wording is the provider's where a rule needs it. Everything around it is invented.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "know/know.h"
#include "tap.h"

#include <stdlib.h>

#define OLC "shop.olc.protection.outlook.com"
#define M365 "shop-example.mail.protection.outlook.com"
#define GOOGLE "gmail-smtp-in.l.google.com"
#define YAHOO "mta5.am0.yahoodns.net"
#define ORANGE "smtp-in.orange.fr"
#define LAPOSTE "smtpz4.laposte.net"
#define QQ "mx3.qq.com"
#define NETEASE "163mx01.mxmail.netease.com"
#define TONLINE "mx02.t-online.de"
#define GMX "mx00.gmx.net"
#define COMCAST "mx1a1.comcast.net"
#define COX "cxr.mx.cox.net"
#define SMALL "mail.small.example"
#define FORM_2024 \
	" [Name=Protocol Filter Agent][AGT=PFA][MxId=11BBCC22DD33EE44] [XY1PEPF0000AB12.example]"

/* rule NULL: any; certain -1: any */
struct row {
	const char *name, *host, *reply;
	enum rep_class class;
	enum rep_scope scope;
	const char *rule;
	int certain;
};

#define BLOCKED REP_CLASS_BLOCKED
#define THROTTLED REP_CLASS_THROTTLED
#define LISTED REP_CLASS_LISTED
#define GREY REP_CLASS_GREYLISTED
#define AUTH REP_CLASS_AUTHENTICATION
#define IDENTITY REP_CLASS_IDENTITY
#define CONTENT REP_CLASS_CONTENT
#define RECIPIENT REP_CLASS_RECIPIENT
#define MAILBOX REP_CLASS_MAILBOX
#define POLICY REP_CLASS_POLICY
#define CAPACITY REP_CLASS_CAPACITY
#define NETWORK REP_CLASS_NETWORK
#define TLS REP_CLASS_TLS
#define PROTOCOL REP_CLASS_PROTOCOL
#define UNKNOWN REP_CLASS_UNKNOWN

#define SOURCE REP_SCOPE_SOURCE
#define EITHER REP_SCOPE_SOURCE_OR_SUBNET
#define SUBNET REP_SCOPE_SUBNET
#define RANGE REP_SCOPE_RANGE
#define DOMAIN_ REP_SCOPE_DOMAIN
#define MESSAGE REP_SCOPE_MESSAGE
#define URL REP_SCOPE_URL
#define RCPT REP_SCOPE_RECIPIENT
#define SESSION REP_SCOPE_SESSION
#define PROVIDER REP_SCOPE_PROVIDER
#define ANY_SCOPE REP_SCOPE_N
#define ANY_CLASS REP_CLASS_N

static const struct row microsoft[] = {
	{ "S3140", OLC,
	    "550 5.7.1 Unfortunately, messages from [192.0.2.10] weren't sent. Ask your provider, "
	    "since part of their network is on our block list (S3140).",
	    BLOCKED, EITHER, "microsoft-consumer.s3140", 1 },
	{ "S3140 as Postfix tells of it", "",
	    "host " OLC "[198.51.100.3] said: 550 5.7.1 Unfortunately, messages from [192.0.2.10] "
	    "weren't sent (S3140). (in reply to MAIL FROM command)",
	    BLOCKED, EITHER, "microsoft-consumer.s3140", 1 },
	{ "S3140 with the trailer of 2024", OLC,
	    "550 5.7.1 Unfortunately, messages from [192.0.2.10] weren't sent (S3140)." FORM_2024,
	    BLOCKED, EITHER, "microsoft-consumer.s3140", 1 },
	{ "S3150", OLC,
	    "550 5.7.1 Unfortunately, messages from [192.0.2.10] weren't sent. Part of their network is "
	    "on our block list (S3150).",
	    BLOCKED, EITHER, "microsoft-consumer.s3150", 1 },
	{ "AS3140", OLC, "550 5.7.1 messages from [192.0.2.10] were not sent (AS3140)", BLOCKED,
	    EITHER, "microsoft-consumer.s3140", 1 },
	{ "AS3150", OLC, "550 5.7.1 messages from [192.0.2.10] were not sent (AS3150)", BLOCKED,
	    EITHER, "microsoft-consumer.s3150", 1 },
	{ "the words without a number", OLC,
	    "550 5.7.1 Messages refused since part of their network is on our block list", BLOCKED,
	    EITHER, "microsoft-consumer.network-block", 1 },
	{ "a typographic apostrophe", OLC,
	    "550 5.7.1 Unfortunately, messages from [192.0.2.10] weren\xe2\x80\x99t sent.", BLOCKED,
	    EITHER, "microsoft-consumer.block", 1 },
	{ "SC-001 of before 2018", OLC,
	    "550 SC-001 (BAY004-MC1F1) Unfortunately, messages from 192.0.2.10 weren't sent.",
	    BLOCKED, EITHER, "microsoft-consumer.sc-001", 1 },
	{ "4.7.650, S775", OLC,
	    "451 4.7.650 The mail server [192.0.2.10] has been temporarily rate limited due to IP "
	    "reputation. See https://aka.ms/postmaster [S775]",
	    THROTTLED, SOURCE, "microsoft-consumer.s775", 1 },
	{ "4.7.650, S843, its old address", OLC,
	    "451 4.7.650 The mail server [192.0.2.10] has been temporarily rate limited due to IP "
	    "reputation. See https://postmaster.live.com (S843)",
	    THROTTLED, SOURCE, "microsoft-consumer.s843", 1 },
	{ "4.7.651, S844", OLC,
	    "451 4.7.651 The mail server [192.0.2.10] has been temporarily rate limited due to IP "
	    "reputation (S844)",
	    THROTTLED, SOURCE, "microsoft-consumer.s844", 1 },
	{ "4.7.650, S3113", OLC, "451 4.7.650 The mail server [192.0.2.10] is slowed (S3113)",
	    THROTTLED, SOURCE, "microsoft-consumer.s3113", 1 },
	{ "4.7.651, S3114", OLC, "451 4.7.651 The mail server [192.0.2.10] is slowed (S3114)",
	    THROTTLED, SOURCE, "microsoft-consumer.s3114", 1 },
	{ "4.7.652, connections", OLC,
	    "451 4.7.652 The mail server [192.0.2.10] has exceeded the maximum number of "
	    "connections. (S3115)",
	    THROTTLED, SOURCE, NULL, -1 },
	{ "4.7.650 with a number nobody knows", OLC,
	    "451 4.7.650 The mail server [192.0.2.10] has been temporarily rate limited due to IP "
	    "reputation (S9999)",
	    THROTTLED, SOURCE, "microsoft-consumer.rate-ip", 1 },
	{ "4.7.650 with words nobody knows", OLC, "451 4.7.650 Slow, please", THROTTLED, SOURCE,
	    NULL, 1 },
	{ "4.7.652 with words nobody knows", OLC, "451 4.7.652 Slow, please", THROTTLED, SOURCE,
	    NULL, 1 },
	{ "S2017062302 is a recipient", OLC,
	    "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).", RECIPIENT,
	    RCPT, "microsoft-consumer.s2017062302", 1 },
	{ "S2017062302 with the trailer", OLC,
	    "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)." FORM_2024,
	    RECIPIENT, RCPT, NULL, 1 },
	{ "another number of that family", OLC,
	    "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062399).", RECIPIENT,
	    RCPT, NULL, -1 },
	{ "S8001, the HELO name", OLC, "550 5.7.1 HELO domain is listed in Spamhaus. (S8001)",
	    LISTED, SOURCE, "microsoft-consumer.s8001", 1 },
	{ "S8002, the MAIL FROM domain", OLC,
	    "550 5.7.1 MAILFROM domain is listed in Spamhaus. (S8002)", LISTED, DOMAIN_,
	    "microsoft-consumer.s8002", 1 },
	{ "AS3130", OLC,
	    "550 5.7.1 Service unavailable, Client host [192.0.2.10] blocked using Spamhaus. (AS3130)",
	    LISTED, SOURCE, "microsoft-consumer.as3130", 1 },
	{ "AS16012611", M365,
	    "550 5.7.1 Service unavailable, Client host [192.0.2.10] blocked using Spamhaus (AS16012611)",
	    LISTED, SOURCE, "microsoft-365.spamhaus-ip", 1 },
	{ "AS16012609", M365,
	    "550 5.7.606 Access denied, banned sending IP [192.0.2.10] (AS16012609)", BLOCKED,
	    SOURCE, NULL, 1 },
	{ "AS(1430)", M365, "550 5.7.606 Access denied, banned sending IP [192.0.2.10] AS(1430)",
	    BLOCKED, SOURCE, NULL, 1 },
	{ "AS16012607, the customer's own list", M365,
	    "550 5.7.1 Service unavailable, Client host [192.0.2.10] blocked using Customer Block list "
	    "(AS16012607)",
	    POLICY, SOURCE, "microsoft-365.customer-list", 1 },
	{ "5.7.606 with other words", M365, "550 5.7.606 go away", BLOCKED, SOURCE, NULL, 1 },
	{ "5.7.649", M365, "550 5.7.649 Access denied, banned sending IP [192.0.2.10]", BLOCKED,
	    SOURCE, NULL, 1 },
	{ "5.7.605 is beside the range", M365, "550 5.7.605 go away", ANY_CLASS, ANY_SCOPE, NULL,
	    -1 },
	{ "5.7.511, only by mail", M365,
	    "550 5.7.511 Access denied, banned sender[192.0.2.10]. Write to "
	    "delist@messaging.microsoft.com",
	    BLOCKED, SOURCE, "microsoft-365.banned-511", 0 },
	{ "5.7.515, SPF failed", OLC,
	    "550 5.7.515 Access denied, sending domain SHOP.EXAMPLE does not meet the required "
	    "authentication level. Spf= Fail , Dkim= Pass , DMARC= Fail",
	    AUTH, DOMAIN_, "microsoft-consumer.auth-515-spf", 1 },
	{ "5.7.515, DKIM failed", OLC,
	    "550 5.7.515 Access denied, sending domain SHOP.EXAMPLE does not meet the required "
	    "authentication level. Spf= Pass , Dkim= Fail , DMARC= Fail",
	    AUTH, DOMAIN_, "microsoft-consumer.auth-515-dkim", 1 },
	{ "5.7.515, both failed", OLC,
	    "550 5.7.515 Access denied, sending domain SHOP.EXAMPLE does not meet the required "
	    "authentication level. Spf=Fail, Dkim=Fail, DMARC=Fail",
	    AUTH, DOMAIN_, "microsoft-consumer.auth-515-spf-dkim", 1 },
	{ "5.7.515, DMARC alone failed", OLC,
	    "550 5.7.515 Access denied, sending domain [shop.example] does not meet the required "
	    "authentication level. SPF = Pass, DKIM = Pass, DMARC = Fail",
	    AUTH, DOMAIN_, "microsoft-consumer.auth-515-dmarc", 1 },
	{ "5.7.515 that does not say which", OLC,
	    "550 5.7.515 Access denied, sending domain SHOP.EXAMPLE does not meet the required "
	    "authentication level.",
	    AUTH, DOMAIN_, "microsoft-consumer.auth-515", 1 },
	{ "5.7.515 at Microsoft 365", M365,
	    "550 5.7.515 Access denied, sending domain SHOP.EXAMPLE does not meet the required "
	    "authentication level. Spf= Fail , Dkim= Pass , DMARC= Fail",
	    AUTH, DOMAIN_, "microsoft-365.auth-515-spf", 1 },
	{ "5.7.515 with new words", OLC, "550 5.7.515 not enough", AUTH, DOMAIN_, NULL, 1 },
	{ "a recipient at Microsoft 365", M365,
	    "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)", RECIPIENT, RCPT,
	    NULL, -1 },
	{ "RP-001 of the postmaster page", OLC, "421 RP-001 (host) too much mail", THROTTLED,
	    DOMAIN_, "microsoft-consumer.rp-001", 1 },
	{ "server busy is the source", OLC,
	    "451 4.7.500 Server busy. Please try again later from [192.0.2.10]. (S77719)",
	    THROTTLED, SOURCE, NULL, 1 },
};

/* Anybody can print the code of a provider. */
static const struct row strangers[] = {
	{ "a small host prints S3140", SMALL,
	    "550 5.7.1 Unfortunately, messages from [192.0.2.10] weren't sent (S3140)", BLOCKED,
	    EITHER, "microsoft-consumer.s3140", 0 },
	{ "a small host tells the whole story", SMALL,
	    "550 5.7.1 part of their network is on our block list (S3150)", BLOCKED, EITHER,
	    "any.network-block-list", 0 },
	{ "Google would not print it", GOOGLE, "550 5.7.1 refused (S3140)", ANY_CLASS, ANY_SCOPE,
	    "!microsoft", -1 },
	{ "nobody says who spoke", "",
	    "550 5.7.1 Unfortunately, messages from [192.0.2.10] weren't sent (S3140)", BLOCKED,
	    EITHER, "microsoft-consumer.s3140", 0 },
	{ "a name that only looks like theirs", "olc.protection.outlook.com.evil.example",
	    "550 5.7.1 no (S3140)", BLOCKED, EITHER, "microsoft-consumer.s3140", 0 },
	{ "a name with theirs in front", "xolc.protection.outlook.com", "550 5.7.1 no (S3140)",
	    BLOCKED, EITHER, "microsoft-consumer.s3140", 0 },
	{ "a number within a number", OLC, "550 5.7.1 case XS31409 refused", ANY_CLASS, ANY_SCOPE,
	    "!microsoft-consumer.s3140", -1 },
	{ "a small host prints TSS04", SMALL, "421 4.7.0 [TSS04] messages deferred", ANY_CLASS,
	    ANY_SCOPE, "!yahoo", -1 },
	{ "a small host prints OFR_102", SMALL, "550 5.2.0 refused OFR_102", ANY_CLASS, ANY_SCOPE,
	    "orange.102", 0 },
	{ "nobody says who spoke, but each of Google's replies ends so", "",
	    "550-5.7.1 very low reputation of the sending IP address. 550 5.7.1 a1b2 - gsmtp",
	    BLOCKED, REP_SCOPE_SOURCE, "google.low-ip", 0 },
	{ "a link of QQ", "",
	    "550 Mail content denied [x1== IP: 192.0.2.10]. https://service.mail.qq.com/detail/1",
	    REP_CLASS_CONTENT, REP_SCOPE_MESSAGE, "qq.content", 0 },
	{ "a code of Microsoft 365", "",
	    "550 5.7.1 Service unavailable; Client host [192.0.2.10] blocked using FBLW15", BLOCKED,
	    REP_SCOPE_SOURCE, "microsoft-365.fblw", 0 },
	{ "ZEN, and the answer says that it was the PBL", "",
	    "554 5.7.1 Service unavailable; Client host [192.0.2.10] blocked using "
	    "zen.spamhaus.org=127.0.0.11",
	    REP_CLASS_LISTED, REP_SCOPE_SOURCE, "spamhaus.pbl", 0 },
	{ "ZEN, and another answer", "",
	    "554 5.7.1 Service unavailable; Client host [192.0.2.10] blocked using "
	    "zen.spamhaus.org=127.0.0.4",
	    REP_CLASS_LISTED, REP_SCOPE_SOURCE, "spamhaus.zen", 0 },
	{ "Spamhaus, and the words say that it was the PBL", "",
	    "550 rejected by spamhaus: 192.0.2.10 is listed in PBL", REP_CLASS_LISTED,
	    REP_SCOPE_SOURCE, "spamhaus.pbl", 0 },
	{ "an account of the smarthost, in other words", "",
	    "550 5.7.0 Sender address <root@box.example> not allowed for this account",
	    REP_CLASS_POLICY, REP_SCOPE_DOMAIN, "any.sender-ownership", 0 },
	{ "a host of Google by its PTR", "ra-in-f27.1e100.net",
	    "550-5.7.26 Your email has been blocked because the sender is unauthenticated. - gsmtp",
	    REP_CLASS_AUTHENTICATION, ANY_SCOPE, "google.unauthenticated", 1 },
	{ "dane within a word is no DANE", "",
	    "'554-Service unavailable; blocked using Barracuda\r\n554 barracudanetworks.com/x'",
	    ANY_CLASS, REP_SCOPE_SOURCE, "!postfix", 0 },
	{ "a list's reputation beside a refused connection", "",
	    "Reason: 192.0.2.10 has a poor reputation. Connection refused", ANY_CLASS, ANY_SCOPE,
	    "!relay.unreachable", -1 },
	{ "an organisation's own limit in a reply of Google", GOOGLE,
	    "550 5.7.1 Club mail service over limit, email blocked outside - gsmtp",
	    REP_CLASS_POLICY, REP_SCOPE_RECIPIENT, "google.customer-limit", 0 },
	{ "AT&T: reverse DNS is no sender domain", "mx-vip9.prodigy.net",
	    "550 5.7.1 Connections not accepted from servers without a valid sender domain.flpd5 "
	    "Fix reverse DNS for 192.0.2.10",
	    REP_CLASS_IDENTITY, REP_SCOPE_SOURCE, "att.ptr", 0 },
	{ "a person's own block list at Mimecast", "eu-smtp-inbound-2.mimecast.com",
	    "550 Envelope blocked - User Entry - see the page", REP_CLASS_POLICY,
	    REP_SCOPE_RECIPIENT, "mimecast.user-entry", 1 },
	{ "a list of dynamic addresses is about the network", "in.hes.trendmicro.com",
	    "550 5.7.1 Mail from <192.0.2.10> was refused due to the sender IP found in ERS-DUL",
	    REP_CLASS_LISTED, REP_SCOPE_SUBNET, "trendmicro.own-dul", 1 },
	{ "a forbidden kind of file", SMALL, "554 5.7.1 Matched map: FORBIDDEN_FILE_EXTENSION",
	    REP_CLASS_CONTENT, REP_SCOPE_MESSAGE, "any.attachment", 0 },
	{ "an accepted message that tells of blocks", SMALL,
	    "250 2.0.0 Ok: (S3140) blocked using zen.spamhaus.org", REP_CLASS_ACCEPTED,
	    REP_SCOPE_NONE, NULL, 1 },
};

static const struct row google[] = {
	{ "split lines, the address", GOOGLE,
	    "421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating 421-4.7.28 "
	    "from your IP address. To protect our users from spam, mail 421-4.7.28 sent from your IP "
	    "address has been temporarily rate limited. 421 4.7.28 x1-20si1 - gsmtp",
	    THROTTLED, SOURCE, "google.rate-ip", 1 },
	{ "split lines, the netblock", GOOGLE,
	    "421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating 421-4.7.28 "
	    "from your IP Netblock. Please slow down. 421 4.7.28 x1-20si1 - gsmtp",
	    THROTTLED, SUBNET, "google.rate-netblock", 1 },
	{ "split lines, the DKIM domain", GOOGLE,
	    "421-4.7.28 Gmail has detected an unusual rate of unsolicited mail 421-4.7.28 originating "
	    "from your DKIM domain [shop.example 36]. 421 4.7.28 x1-20si1 - gsmtp",
	    THROTTLED, DOMAIN_, "google.rate-dkim-domain", 1 },
	{ "split lines, the SPF domain", GOOGLE,
	    "421-4.7.28 Gmail has detected an unusual rate of unsolicited mail 421-4.7.28 originating "
	    "from your SPF 421-4.7.28 domain [shop.example 36]. 421 4.7.28 x1-20si1 - gsmtp",
	    THROTTLED, DOMAIN_, "google.rate-spf-domain", 1 },
	{ "split lines, the domains of links", GOOGLE,
	    "421-4.7.28 Gmail has detected an unusual rate of unsolicited mail containing 421-4.7.28 "
	    "one of your URL domains [shop.example 36]. 421 4.7.28 x1-20si1 - gsmtp",
	    THROTTLED, URL, "google.rate-url-domain", 1 },
	{ "5.7.32 with 421", GOOGLE,
	    "421-5.7.32 Your email has been rate limited because the From: header 421-5.7.32 in this "
	    "message is not aligned with either the authenticated SPF 421-5.7.32 or DKIM domain. 421 "
	    "5.7.32 x1-20si1 - gsmtp",
	    AUTH, DOMAIN_, "google.alignment", 1 },
	{ "5.7.32 with 421, new words", GOOGLE, "421 5.7.32 Not so. x1-20si1 - gsmtp", AUTH,
	    DOMAIN_, NULL, 1 },
	{ "4.7.32", GOOGLE, "421 4.7.32 Not so. x1-20si1 - gsmtp", AUTH, DOMAIN_, NULL, 1 },
	{ "no PTR", GOOGLE,
	    "550-5.7.25 [192.0.2.10] The IP address sending this message does not have a 550-5.7.25 PTR "
	    "record setup. 550 5.7.25 x1-20si1 - gsmtp",
	    IDENTITY, SOURCE, NULL, 1 },
	{ "5.7.28 for good", GOOGLE,
	    "550-5.7.28 Gmail has detected an unusual rate of unsolicited mail originating 550-5.7.28 "
	    "from your IP address. 550 5.7.28 x1-20si1 - gsmtp",
	    BLOCKED, SOURCE, NULL, 1 },
	{ "reputation of the domain", GOOGLE,
	    "550-5.7.1 [192.0.2.10 19] Gmail has detected that this message is likely 550-5.7.1 suspicious "
	    "due to the very low reputation of the sending 550-5.7.1 domain. 550 5.7.1 x1-20si1 - gsmtp",
	    BLOCKED, DOMAIN_, "google.low-domain", 1 },
	{ "reputation of the address", GOOGLE,
	    "550-5.7.1 [192.0.2.10 19] Gmail has detected that this message is likely 550-5.7.1 suspicious "
	    "due to the very low reputation of the sending IP 550-5.7.1 address. 550 5.7.1 x1-20si1 - gsmtp",
	    BLOCKED, SOURCE, "google.low-ip", 1 },
	{ "a message that looks like spam", GOOGLE,
	    "550-5.7.1 [192.0.2.10 12] Our system has detected that this message is 550-5.7.1 likely "
	    "unsolicited mail. 550 5.7.1 x1-20si1 - gsmtp",
	    CONTENT, MESSAGE, "google.content-spam", 1 },
	{ "no such user", GOOGLE,
	    "550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 "
	    "double-checking the address. 550 5.1.1 x1-20si1 - gsmtp",
	    RECIPIENT, RCPT, "google.no-user", 1 },
	{ "no storage", GOOGLE,
	    "452-4.2.2 The recipient's inbox is out of storage space. 452 4.2.2 x1-20si1 - gsmtp",
	    MAILBOX, RCPT, NULL, 1 },
};

static const struct row yahoo[] = {
	{ "TSS04", YAHOO,
	    "421 4.7.0 [TSS04] Messages from 192.0.2.10 temporarily deferred due to unexpected volume or "
	    "user complaints - 4.16.55.1",
	    THROTTLED, SOURCE, "yahoo.tss04", 1 },
	{ "TSS05", YAHOO, "421 4.7.0 [TSS05] Messages from 192.0.2.10 temporarily deferred",
	    THROTTLED, SOURCE, "yahoo.tss05", 1 },
	{ "IPTS04", YAHOO, "421 4.7.0 [IPTS04] Messages from 192.0.2.10 temporarily deferred",
	    THROTTLED, SOURCE, "yahoo.ipts04", 1 },
	{ "IPTS05", YAHOO, "421 4.7.1 [IPTS05] Messages from 192.0.2.10 temporarily deferred",
	    THROTTLED, SOURCE, "yahoo.ipts05", 1 },
	{ "TSS06 is for good", YAHOO,
	    "553 5.7.2 [TSS06] Messages from 192.0.2.10 will be permanently deferred", BLOCKED,
	    SOURCE, "yahoo.tss06", 1 },
	{ "TSS09 is for good", YAHOO,
	    "553 5.7.2 [TSS09] All messages from 192.0.2.10 will be permanently deferred", BLOCKED,
	    SOURCE, "yahoo.tss09", 1 },
	{ "TSS11 is for good", YAHOO,
	    "553 5.7.2 [TSS11] All messages from 192.0.2.10 will be permanently deferred", BLOCKED,
	    SOURCE, "yahoo.tss11", 1 },
	{ "TSS07, Spamhaus", YAHOO,
	    "553 5.7.1 [TSS07] Connections not accepted from 192.0.2.10 due to a list", LISTED,
	    SOURCE, "yahoo.tss07", 1 },
	{ "BL21 after a dash", YAHOO, "553 Mail from 192.0.2.10 not allowed - 5.7.1 [BL21]", LISTED,
	    SOURCE, "yahoo.bl21", 1 },
	{ "no user", YAHOO,
	    "554 delivery error: dd This user doesn't have a yahoo.com account (x@yahoo.com)",
	    RECIPIENT, RCPT, "yahoo.no-user", 1 },
	{ "key on the host, not the domain", "",
	    "host mx-eu.mail.am0.yahoodns.net[198.51.100.7] said: 421 4.7.0 [TSS04] Messages from "
	    "192.0.2.10 deferred (in reply to MAIL FROM command)",
	    THROTTLED, SOURCE, "yahoo.tss04", 1 },
};

static const struct row french[] = {
	{ "Orange, at the greeting", "",
	    "host smtp-in.orange.fr[198.51.100.9] refused to talk to me: 550 mwinf5c04 ME Adresse IP source "
	    "bloquee pour incident de spam. Client host blocked for spamming issues. OFR006_102 Ref x",
	    BLOCKED, SOURCE, "orange.102", 1 },
	{ "Orange, OFR_102", ORANGE, "550 5.2.0 refuse OFR_102", BLOCKED, SOURCE, "orange.102", 1 },
	{ "Orange, OFR006_102", ORANGE, "421 mwinf5c04 ME refuse OFR006_102", BLOCKED, SOURCE,
	    "orange.102", 1 },
	{ "Orange names Spamhaus", ORANGE, "550 5.7.1 refused OFR006_102 see Spamhaus", LISTED,
	    SOURCE, "orange.102-spamhaus", 1 },
	{ "La Poste, LPN007_102", LAPOSTE, "550 5.5.0 refuse LPN007_102", BLOCKED, SOURCE,
	    "laposte.102", 1 },
	{ "Orange, OFR005_104", ORANGE, "421 4.7.0 Veuillez essayer plus tard. OFR005_104",
	    THROTTLED, SOURCE, "orange.104", 1 },
	{ "Orange, 105", ORANGE, "421 smtp Service refuse. Veuillez essayer plus tard. OFR_105",
	    THROTTLED, SOURCE, "orange.105", 1 },
	{ "Orange, 107", ORANGE, "421 smtp Service refuse. Veuillez essayer plus tard. OFR_107",
	    IDENTITY, SOURCE, "orange.107", 1 },
	{ "Orange, 108", ORANGE, "421 smtp Service refuse. Veuillez essayer plus tard. OFR_108",
	    THROTTLED, SOURCE, "orange.108", 1 },
	{ "Orange, 109", ORANGE, "421 smtp Service refuse. Veuillez essayer plus tard. OFR_109",
	    THROTTLED, SOURCE, "orange.109", 0 },
	{ "Orange, 201", ORANGE, "421 smtp Service refuse. Veuillez essayer plus tard. OFR004_201",
	    IDENTITY, SOURCE, "orange.201", 1 },
	{ "Orange, 423", ORANGE, "421 smtp Service refuse. Veuillez essayer plus tard. OFR_423",
	    CAPACITY, SOURCE, "orange.423", 0 },
	{ "Orange, 424", ORANGE, "421 smtp Service refuse. Veuillez essayer plus tard. OFR_424",
	    CAPACITY, SOURCE, "orange.424", 0 },
	{ "Orange, the words without a number", ORANGE,
	    "421 Service refuse. Veuillez essayer plus tard.", THROTTLED, SOURCE, "orange.later",
	    -1 },
	{ "Orange, 416 is a recipient", ORANGE,
	    "550 5.1.1 Adresse d au moins un destinataire invalide. OFR_416", RECIPIENT, RCPT,
	    "orange.416", 1 },
	{ "Orange, 506 is content", ORANGE, "550 5.7.1 Message rejete OFR_506", CONTENT, MESSAGE,
	    "orange.506", 1 },
};

static const struct row others[] = {
	{ "QQ throttles with 550: address", QQ,
	    "550 Ip frequency limited [x]. http://service.mail.qq.com/", THROTTLED, SOURCE,
	    "qq.ip-frequency", 1 },
	{ "QQ throttles with 550: domain", QQ, "550 Domain frequency limited [x]", THROTTLED,
	    DOMAIN_, "qq.domain-frequency", 1 },
	{ "QQ throttles with 550: sender", QQ, "550 Sender frequency limited [x]", THROTTLED,
	    DOMAIN_, "qq.sender-frequency", 1 },
	{ "QQ throttles with 550: connections", QQ, "550 Connection frequency limited", THROTTLED,
	    SOURCE, "qq.connection-frequency", 1 },
	{ "QQ throttles a mailbox", QQ, "550 Mailbox unavailable or access denied", THROTTLED, RCPT,
	    "qq.mailbox-frequency", 1 },
	{ "QQ blocks", QQ, "550 Connection denied", BLOCKED, SOURCE, "qq.connection-denied", 1 },
	{ "QQ knows nobody of that name", QQ, "550 Mailbox not found. http://service.mail.qq.com/",
	    RECIPIENT, RCPT, "qq.no-mailbox", 1 },
	{ "NetEase, HL", NETEASE, "550 HL:REP 163 smtp9,abc please see the help page", THROTTLED,
	    SOURCE, "netease.hl-rep", 1 },
	{ "NetEase, HL:IPB", NETEASE, "554 HL:IPB 163 smtp9,abc", BLOCKED, SOURCE, "netease.hl-ipb",
	    0 },
	{ "NetEase, MI", NETEASE, "451 MI:DMC 163 smtp9,abc", THROTTLED, SOURCE, "netease.mi-dmc",
	    1 },
	{ "NetEase, MI:SPF", NETEASE, "550 MI:SPF 163 smtp9,abc", AUTH, DOMAIN_, "netease.mi-spf",
	    0 },
	{ "NetEase, RP", NETEASE, "451 RP:QRC 163 smtp9,abc", THROTTLED, DOMAIN_, "netease.rp-qrc",
	    0 },
	{ "NetEase, DT", NETEASE, "554 DT:SPM 163 smtp9,abc", CONTENT, MESSAGE, "netease.dt-spm",
	    1 },
	{ "NetEase, DT:SPM with 4xx", NETEASE, "451 DT:SPM 163 smtp9,abc", CONTENT, MESSAGE,
	    "netease.dt-spm-later", 1 },
	{ "T-Online at the greeting", "",
	    "host mx02.t-online.de[198.51.100.4] refused to talk to me: 554 IP=192.0.2.10 - A problem "
	    "occurred. (Ask your postmaster for help or to contact tosa@rx.t-online.de to clarify.) (BL)",
	    BLOCKED, SOURCE, "t-online.bl", 1 },
	{ "T-Online, no history", TONLINE,
	    "554 IP=192.0.2.10 - None/bad reputation. Ask tobr@rx.t-online.de", BLOCKED, SOURCE,
	    "t-online.reputation", 1 },
	{ "T-Online, dial-up", TONLINE, "554 IP=192.0.2.10 - Dialup/transient IP not allowed.",
	    POLICY, EITHER, "t-online.dialup", 1 },
	{ "GMX, the last line decides: address", GMX,
	    "554-gmx.net (mxgmx015) Nemesis ESMTP Service not available 554-No SMTP service 554-IP address is "
	    "block listed. 554 For explanation visit https://postmaster.gmx.net/en/case?c=r0101&i=ip",
	    BLOCKED, SOURCE, NULL, 1 },
	{ "GMX, the last line decides: header", GMX,
	    "554-Transaction failed 554-Reject due to policy restrictions (header based). 554 For explanation "
	    "visit https://postmaster.gmx.net/en/case?c=hi",
	    CONTENT, MESSAGE, NULL, 1 },
	{ "GMX, the last line decides: PTR", GMX,
	    "554-gmx.net (mxgmx015) Nemesis ESMTP Service not available 554-No SMTP service 554-Bad DNS PTR "
	    "resource record. 554 For explanation visit https://postmaster.gmx.net/en/case?c=rdns",
	    IDENTITY, SOURCE, "united-internet.ptr", 1 },
	{ "GMX, a recipient", GMX,
	    "550-Requested action not taken: mailbox unavailable 550 invalid DNS MX or A/AAAA resource record",
	    IDENTITY, DOMAIN_, "united-internet.sender-dns", 1 },
	{ "GMX, really a recipient", GMX, "550 Requested action not taken: mailbox unavailable",
	    RECIPIENT, RCPT, "united-internet.no-mailbox", 1 },
	{ "Comcast, own block", COMCAST,
	    "554 resimta-c1 Comcast 192.0.2.10 Comcast block for spam. BL000000", BLOCKED, SOURCE,
	    "comcast.bl000000", 1 },
	{ "Comcast, bit 1", COMCAST,
	    "554 resimta-c1 Comcast 192.0.2.10 Comcast block for spam. BL000001", LISTED, SOURCE,
	    "comcast.bl000001", 1 },
	{ "Comcast, bit 10", COMCAST,
	    "554 resimta-c1 Comcast 192.0.2.10 Comcast block for spam. BL000010", LISTED, SOURCE,
	    "comcast.bl000010", 1 },
	{ "Comcast, bits 1 and 100", COMCAST,
	    "554 resimta-c1 Comcast 192.0.2.10 Comcast block for spam. BL000101", LISTED, SOURCE,
	    "comcast.bl000101", 1 },
	{ "Cox, bit 1", COX, "554 cxr ESMTP 192.0.2.10 rejected - AUP#IPBL0001", LISTED, SOURCE,
	    "cox.ipbl0001", 1 },
	{ "Cox, bits 10 and 1000", COX, "554 cxr ESMTP 192.0.2.10 rejected - AUP#IPBL1010", LISTED,
	    SOURCE, "cox.ipbl1010", 1 },
	{ "Cox, all bits", COX, "554 cxr ESMTP 192.0.2.10 rejected - AUP#IPBL1111", LISTED, SOURCE,
	    "cox.ipbl1111", 1 },
	{ "Cox, links", COX, "552 5.2.0 rejected - AUP#URLBL011", LISTED, URL, "cox.urlbl011", 1 },
	{ "Cox, its own list", COX, "421 cxr 192.0.2.10 DNS lookup failure - AUP#CXDNS", IDENTITY,
	    SOURCE, "cox.cxdns", 1 },
};

/* A list that was asked through a wrong resolver has nobody listed. */
static const struct row lists[] = {
	{ "127.255.255.254", SMALL,
	    "554 5.7.1 Service unavailable; Client host [192.0.2.10] blocked using zen.spamhaus.org; Error: open "
	    "resolver; https://check.spamhaus.org/returnc/pub/192.0.2.53/ (127.255.255.254)",
	    POLICY, PROVIDER, "resolver.public", 1 },
	{ "127.255.255.255", SMALL, "550 blocked by zen.spamhaus.org, 127.255.255.255", POLICY,
	    PROVIDER, "resolver.too-many", 1 },
	{ "127.255.255.252", SMALL, "550 blocked by zen.spamhaus.org, 127.255.255.252", POLICY,
	    PROVIDER, "resolver.typing-error", 1 },
	{ "its page alone", SMALL, "554 see https://check.spamhaus.org/returnc/pub/192.0.2.53/",
	    POLICY, PROVIDER, "resolver.public", 1 },
	{ "a real listing: zen", SMALL,
	    "554 5.7.1 Service unavailable; Client host [192.0.2.10] blocked using zen.spamhaus.org",
	    LISTED, SOURCE, "spamhaus.zen", 1 },
	{ "the policy list", SMALL, "550 192.0.2.10 is listed at pbl.spamhaus.org", LISTED,
	    ANY_SCOPE, "spamhaus.pbl", 1 },
	{ "the domain list", SMALL,
	    "554 5.7.1 Sender domain shop.example listed at dbl.spamhaus.org", LISTED, DOMAIN_,
	    "spamhaus.dbl", 1 },
	{ "SpamCop", SMALL,
	    "554 5.7.1 Service unavailable; Client host [192.0.2.10] blocked using bl.spamcop.net; see its page",
	    LISTED, SOURCE, "spamcop.bl", 1 },
	{ "UCEPROTECT 3 is the range", SMALL,
	    "554 5.7.1 Client host [192.0.2.10] blocked using dnsbl-3.uceprotect.net", LISTED,
	    RANGE, "uceprotect.level3", 1 },
	{ "UCEPROTECT 2 is the subnet", SMALL,
	    "554 5.7.1 Client host [192.0.2.10] blocked using dnsbl-2.uceprotect.net", LISTED,
	    SUBNET, "uceprotect.level2", 1 },
	{ "a list nobody knows", SMALL,
	    "554 5.7.1 Client host [192.0.2.10] blocked using bl.hobby.example", LISTED, SOURCE,
	    "any.dnsbl", 0 },
};

/* A block is not a bad address, and a bad address is not a block. */
static const struct row plain[] = {
	{ "unknown user", SMALL,
	    "550 5.1.1 <jo@small.example>: Recipient address rejected: User unknown", RECIPIENT,
	    RCPT, NULL, -1 },
	{ "no such user, no enhanced code", SMALL, "550 No such user here", RECIPIENT, RCPT, NULL,
	    -1 },
	{ "a block that talks of a recipient", SMALL,
	    "550 5.1.1 <jo@small.example>: Recipient address rejected: your IP 192.0.2.10 is blacklisted",
	    BLOCKED, ANY_SCOPE, NULL, -1 },
	{ "a list that talks of a recipient", SMALL,
	    "550 5.1.1 <jo@small.example>: Recipient rejected, 192.0.2.10 listed at zen.spamhaus.org",
	    LISTED, SOURCE, NULL, -1 },
	{ "a mailbox that is full", SMALL, "552 5.2.2 Mailbox full", MAILBOX, RCPT, NULL, -1 },
	{ "full, for now", SMALL, "452 4.2.2 Over quota", MAILBOX, RCPT, NULL, -1 },
	{ "greylisting", SMALL,
	    "450 4.2.0 <jo@small.example>: Recipient address rejected: Greylisted", GREY, ANY_SCOPE,
	    NULL, -1 },
	{ "SPF", SMALL, "550 5.7.23 SPF check failed for shop.example", AUTH, DOMAIN_, NULL, -1 },
	{ "DMARC", SMALL, "550 5.7.1 rejected by the DMARC policy of shop.example", AUTH, DOMAIN_,
	    NULL, -1 },
	{ "PTR", SMALL, "450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.10]",
	    IDENTITY, SOURCE, NULL, -1 },
	{ "relaying", SMALL, "554 5.7.1 <jo@other.example>: Relay access denied", POLICY, SESSION,
	    NULL, -1 },
	{ "spam by its content", SMALL, "554 5.7.1 Message contains spam", CONTENT, MESSAGE, NULL,
	    -1 },
	{ "a virus", SMALL, "554 5.7.1 Virus found in the message", CONTENT, MESSAGE, NULL, -1 },
	{ "too many connections", SMALL, "421 4.7.0 Too many connections from your host", THROTTLED,
	    SOURCE, NULL, -1 },
	{ "out of order", SMALL, "451 4.3.0 Temporary lookup failure", CAPACITY, ANY_SCOPE, NULL,
	    -1 },
	{ "5.7.1 alone is no block", SMALL, "550 5.7.1 no", POLICY, ANY_SCOPE, NULL, 0 },
	{ "a code alone", SMALL, "550 no", ANY_CLASS, ANY_SCOPE, NULL, -1 },
	{ "French: no such address", SMALL, "550 5.1.1 Adresse inconnue", RECIPIENT, RCPT, NULL,
	    -1 },
	{ "French: full", SMALL, "552 5.2.2 Bo\xc3\xaete aux lettres pleine", MAILBOX, RCPT, NULL,
	    -1 },
	{ "German: unknown", SMALL, "550 Empf\xc3\xa4nger unbekannt", RECIPIENT, RCPT, NULL, -1 },
	{ "German: full", SMALL, "552 Postfach voll", MAILBOX, RCPT, NULL, -1 },
	{ "Spanish: unknown", SMALL, "550 El usuario no existe", RECIPIENT, RCPT, NULL, -1 },
	{ "Italian: full", SMALL, "552 Casella piena", MAILBOX, RCPT, NULL, -1 },
	{ "Portuguese: unknown", SMALL, "550 Usu\xc3\xa1rio desconhecido", RECIPIENT, RCPT, NULL,
	    -1 },
	{ "Russian: unknown", SMALL,
	    "550 \xd0\x9f\xd0\xbe\xd0\xbb\xd1\x8c\xd0\xb7\xd0\xbe\xd0\xb2\xd0\xb0\xd1\x82\xd0\xb5\xd0\xbb\xd1\x8c "
	    "\xd0\xbd\xd0\xb5 \xd0\xbd\xd0\xb0\xd0\xb9\xd0\xb4\xd0\xb5\xd0\xbd",
	    RECIPIENT, RCPT, NULL, -1 },
	{ "German: the address is blocked", SMALL, "554 Ihre IP-Adresse ist gesperrt", BLOCKED,
	    SOURCE, NULL, -1 },
	/* words of small hosts and old filters */
	{ "busy, though it refuses a connection", SMALL,
	    "451 Mail service temporarily refused connection from 203.0.113.24, server is too busy",
	    CAPACITY, ANY_SCOPE, "any.receiver-busy", 0 },
	{ "slower, behind client host rejected", SMALL,
	    "451 4.7.1 <mx.shop.example[203.0.113.24]>: Client host rejected: Please try again slower",
	    THROTTLED, SOURCE, "any.rate", 0 },
	{ "login wanted, in two words", SMALL, "550 smtp auth required", POLICY, ANY_SCOPE,
	    "any.login-needed", 0 },
	{ "a look-up of the PTR failed", SMALL, "550 PTR lookup failure", IDENTITY, SOURCE,
	    "any.no-ptr", -1 },
	{ "a header stands twice, DKIM's", YAHOO,
	    "554 Transaction failed: Duplicate header 'DKIM-Signature'", PROTOCOL, MESSAGE,
	    "any.duplicate-header", -1 },
	{ "the parts are broken", SMALL, "552 filter: MIME/REJECT: Invalid structure", PROTOCOL,
	    MESSAGE, "any.broken-mime", 0 },
	{ "now disabled", SMALL, "550 <ann> is now disabled with our service.", RECIPIENT, RCPT,
	    "any.user-gone", -1 },
	{ "disabled for a time", SMALL, "452 4.2.1 mailbox temporarily disabled: ann@shop.example",
	    RECIPIENT, RCPT, "any.user-gone", -1 },
	{ "the callout behind the receiver", SMALL,
	    "550-Callout verification failed: 550 550 invalid recipient", RECIPIENT, RCPT,
	    "any.recipient-callout", 0 },
	{ "the callout to the sender", SMALL, "550 Sender callout verification failed", IDENTITY,
	    DOMAIN_, "any.sender-verify", -1 },
	{ "the receiver does not want it", SMALL, "553 User refused to receive this mail.", POLICY,
	    RCPT, "any.recipient-refuses", -1 },
	{ "no such host, by its name server", SMALL,
	    "550 5.1.2 <ann@shop.example>... Host unknown (Name server: .: host not found)",
	    RECIPIENT, ANY_SCOPE, "any.recipient-domain", 0 },
	{ "a name of a host is no word about the message", SMALL,
	    "554 Please visit http://antispam.shop.example/denyip.php?IP=203.0.113.24", BLOCKED,
	    SOURCE, "any.ip-blocked", 0 },
	{ "blocked by a filter for spam", SMALL,
	    "571 Email from 203.0.113.24 is currently blocked by our anti-spam system", BLOCKED,
	    SOURCE, "any.ip-blocked", 0 },
	{ "no mailboxes in the tenant", M365,
	    "451 4.4.4 Mail received as unauthenticated, incoming to a recipient domain configured "
	    "in a hosted tenant which has no mail-enabled subscriptions. ATTR5 [X.example]",
	    POLICY, REP_SCOPE_PROVIDER, "microsoft-365.no-subscription", 1 },
	{ "QQ finds no domain", QQ,
	    "550 Domain may not exist or DNS check failed [abc IP: 203.0.113.24].", IDENTITY,
	    DOMAIN_, "qq.sender-domain", -1 },
	{ "an older word of Yahoo", YAHOO,
	    "421 Message from (203.0.113.24) temporarily deferred - 4.16.50", THROTTLED, SOURCE,
	    "yahoo.deferred", -1 },
	{ "French: too many", SMALL, "421 Trop de connexions", THROTTLED, ANY_SCOPE, NULL, -1 },
	/* what is certain, and what only looks like it */
	{ "it is connections that are no longer accepted", SMALL,
	    "550 shop.example no longer accepts connections from dynamically assigned addresses",
	    POLICY, SUBNET, "any.dynamic-address", 0 },
	{ "\"does not exist\" alone is not certain", SMALL, "550 ann does not exist", RECIPIENT,
	    RCPT, "any.user-unknown-likely", 0 },
	{ "a mailbox that does not exist is", SMALL, "550 mailbox ann does not exist", RECIPIENT,
	    RCPT, "any.user-unknown", 1 },
	{ "the HELO name does not exist", SMALL, "501 <mx.shop.example> or DNS says does not exist",
	    IDENTITY, DOMAIN_, "any.name-not-in-dns", 0 },
	{ "a recipient's server that blocks is no closed mailbox", SMALL,
	    "550 The recipient's server blocked your message", ANY_CLASS, ANY_SCOPE, NULL, 0 },
	{ "a blocked user is only probably gone", SMALL, "550 User ann is blocked", RECIPIENT, RCPT,
	    "any.user-blocked", 0 },
	{ "a callout to the sender's postmaster", SMALL,
	    "550-Postmaster verification failed while checking <ann@shop.example> 550-Called: "
	    "203.0.113.10 550-Sent: RCPT TO:<postmaster@shop.example> 550-Response: 550 User unknown",
	    IDENTITY, DOMAIN_, "any.sender-verify", 1 },
	{ "a callout to the recipient's mailbox", SMALL,
	    "550-Verification failed for <jo@small.example> 550-Called: 10.0.0.9 550-Sent: RCPT "
	    "TO:<jo@small.example> 550-Response: 550 User unknown 550 Recipient verify failed",
	    RECIPIENT, RCPT, "any.recipient-callout", 0 },
	{ "Symantec: a page that explains two replies, the delay", "cluster1.eu.messagelabs.com",
	    "450 Requested action aborted [9] 1-2, see https://kb.example/?legacyId=TECH246726",
	    THROTTLED, SOURCE, "messagelabs.shaped", 0 },
	{ "and the block", "cluster1.eu.messagelabs.com",
	    "501 Connection rejected by policy [7.7] 1-2, see https://kb.example/?legacyId=TECH246726",
	    BLOCKED, SOURCE, "messagelabs.ip-reputation", 1 },
	{ "before RCPT TO no recipient was named", SMALL,
	    "Connected to 203.0.113.7 but my name was rejected. Remote host said: 501 Invalid domain",
	    ANY_CLASS, ANY_SCOPE, "any.code-50x", 0 },
	{ "after it one was", SMALL,
	    "203.0.113.7 does not like recipient. Remote host said: 501 Invalid domain", RECIPIENT,
	    DOMAIN_, "any.recipient-domain", 0 },
	/* mailboxes */
	{ "German: the storage", SMALL, "552 Speicherkontingent des Kontos ueberschritten", MAILBOX,
	    RCPT, "any.mailbox-full-abroad", 0 },
	{ "all the storage is used", SMALL, "550 Ann has exhausted her storage", MAILBOX, RCPT,
	    "any.mailbox-full", 1 },
	{ "messages in one mailbox are no rate", SMALL, "550 too many messages in this mailbox",
	    MAILBOX, RCPT, "any.mailbox-full", 1 },
	{ "probably the mailbox", SMALL, "550 not enough storage for ann", MAILBOX, RCPT,
	    "any.mailbox-full-likely", 0 },
	{ "a full disk is the host's", SMALL, "452 disk is full", CAPACITY, ANY_SCOPE, NULL, 0 },
	{ "nobody reads it", SMALL, "554 5.7.1 ann must log in to enable delivery", RECIPIENT, RCPT,
	    "any.user-gone", 1 },
	{ "no activity", SMALL, "550 No activity on this account since May", RECIPIENT, RCPT,
	    "any.user-gone", 1 },
	{ "a mailbox between the words", SMALL, "550 mailbox ann@small.example unknown here",
	    RECIPIENT, RCPT, "any.user-unknown", 1 },
	{ "signs in the address", SMALL, "550 Illegal characters in address", RECIPIENT, RCPT,
	    "any.bad-address-syntax", 1 },
	{ "nobody to exchange mail with", SMALL, "550 The domain has no mail exchanger", RECIPIENT,
	    DOMAIN_, "any.recipient-domain", 0 },
	{ "held for a person to look", SMALL, "550 Held for human verification", POLICY, RCPT,
	    "any.recipient-refuses", 0 },
	/* senders */
	{ "the address of the sender is banned", SMALL, "550 sender 203.0.113.24 is banned",
	    BLOCKED, SOURCE, "any.ip-blocked", 0 },
	{ "the domain is banned", SMALL, "550 The domain shop.example is banned", POLICY, DOMAIN_,
	    "any.sender-blocked", 0 },
	{ "an address of no list, in three words", SMALL, "550 black ip", BLOCKED, SOURCE,
	    "any.ip-blocked", 0 },
	{ "a list, at the beginning", SMALL, "554 RBL reject", LISTED, SOURCE, "any.dnsbl", 0 },
	{ "looked into for abuse", SMALL, "554 You are under investigation for spamming", BLOCKED,
	    SOURCE, "any.spam-source", 0 },
	{ "bounces to many", SMALL, "550 A bounce never goes to more than one recipient", POLICY,
	    MESSAGE, "any.bounce-to-many", 0 },
	{ "the policy of the sender's own domain", SMALL, "550 refused by the sender's policy",
	    AUTH, DOMAIN_, NULL, -1 },
	{ "the sender's domain, behind \"blocked\"", SMALL,
	    "554 5.7.1 Message has been blocked: the return address domain is invalid", IDENTITY,
	    DOMAIN_, "any.name-not-in-dns", 0 },
	{ "mail is read before it is sent", SMALL, "550 Fetch your mail before sending", POLICY,
	    SESSION, "any.login-needed", 0 },
	/* the receiver, and the way to it */
	{ "busy, in one word", SMALL, "450 busy - try again", CAPACITY, ANY_SCOPE,
	    "any.receiver-busy", 0 },
	{ "no service, later", SMALL, "421 mx1 Service refused, try later", CAPACITY, ANY_SCOPE,
	    "any.receiver-busy", 0 },
	{ "its queue", SMALL, "450 mail queue unavailable", CAPACITY, ANY_SCOPE,
	    "any.receiver-trouble", 0 },
	{ "a loop by its headers", SMALL, "554 Received header count is 40", NETWORK, RCPT,
	    "any.loop", 0 },
	{ "so many in so long", SMALL, "450 No more than 30 msgs per minute", THROTTLED, SOURCE,
	    "any.rate", 0 },
	{ "all of one size", SMALL, "552 too many equal mails", THROTTLED, SOURCE, "any.rate", 0 },
	{ "words of the message", SMALL, "550 Two words in the message are blocked", CONTENT,
	    MESSAGE, "any.spam", 0 },
	{ "a carriage return alone", SMALL, "550 stray CR in the data", PROTOCOL, MESSAGE,
	    "any.malformed-message", 1 },
	/* short and odd words of small hosts */
	{ "a user between brackets", SMALL, "550 user (ann) unknown", RECIPIENT, RCPT,
	    "any.user-unknown-likely", 0 },
	{ "never begun", SMALL, "550 this account is not activated", RECIPIENT, RCPT,
	    "any.user-gone", -1 },
	{ "who has no mail any more", SMALL, "550 5.7.1 Ann is unable to receive mail", RECIPIENT,
	    RCPT, "any.user-gone", -1 },
	{ "Italian: a wrong address", SMALL, "550 indirizzo errato: ann", RECIPIENT, RCPT,
	    "any.user-unknown-abroad", 0 },
	{ "the sender is not who logged in", SMALL, "553 Sender must be same as auth user", POLICY,
	    ANY_SCOPE, "any.sender-ownership", -1 },
	{ "a mailbox that lets few in", SMALL, "550 Ann is protected by a whitelist", POLICY, RCPT,
	    "any.recipient-refuses", -1 },
	{ "a first letter", SMALL, "451 4.3.0 first-time sender, tempfail", GREY, SOURCE,
	    "any.greylisted-timed", -1 },
	{ "so many minutes", SMALL, "450 try in 15 minutes", GREY, SOURCE, "any.greylisted-timed",
	    -1 },
	{ "a country", SMALL, "550 refused by our country filter", ANY_CLASS, ANY_SCOPE, "any.geo",
	    -1 },
	{ "a link", SMALL, "550 The letter has a blocked link", CONTENT, ANY_SCOPE, "any.spam-url",
	    -1 },
	{ "contents on a list are no listed host", SMALL, "550 5.7.1 rejected content, on our list",
	    CONTENT, MESSAGE, "any.spam", 0 },
	{ "a list without a full name", SMALL, "550 5.7.1 your mail was blocked by HOBBY DNSBL",
	    LISTED, SOURCE, "any.dnsbl", 0 },
	{ "who comes in without a HELO", SMALL, "503 Send HELO first", PROTOCOL, ANY_SCOPE, NULL,
	    -1 },
	{ "its name is invalid", SMALL, "501 EHLO name is invalid", IDENTITY, SOURCE, "any.helo",
	    -1 },
	{ "many letters", SMALL, "421 You sent to many mails in an hour", THROTTLED, SOURCE,
	    "any.rate", -1 },
	{ "only encrypted", SMALL, "550 mail must be sent with encryption", TLS, ANY_SCOPE,
	    "any.tls-needed", -1 },
	{ "the reverse name, in a few words", SMALL, "550 the address has no reverse look name",
	    IDENTITY, SOURCE, "any.no-ptr", -1 },
	{ "something does not exist, most likely the mailbox", SMALL,
	    "550 nobody here of that name", RECIPIENT, RCPT, "any.user-words", 0 },
	{ "a name that is not valid", SMALL, "550 ann is not a valid name for mail", RECIPIENT,
	    RCPT, "any.user-words", 0 },
	{ "but not the sender", SMALL, "550 no such sender known", ANY_CLASS, ANY_SCOPE, NULL, 0 },
	{ "nor a command", SMALL, "500 no such command", PROTOCOL, ANY_SCOPE, NULL, -1 },
	{ "before RCPT TO nobody is unknown", SMALL,
	    "Connected to 203.0.113.7 but sender was rejected. Remote host said: 550 no such name",
	    ANY_CLASS, ANY_SCOPE, NULL, 0 },
	{ "a word of HELO", SMALL, "550 the HELO looks odd", IDENTITY, SOURCE, "any.helo-words",
	    0 },
	{ "a word of relaying", SMALL, "550 not a host that we relay for", POLICY, SESSION,
	    "any.relay-words", 0 },
	{ "a quota for sending is no mailbox", SMALL, "552 weekly sending quota exceeded",
	    THROTTLED, ANY_SCOPE, "any.rate", 0 },
	{ "the count of recipients", SMALL, "556 the number of RCPT is above ours", THROTTLED,
	    MESSAGE, "any.too-many-recipients", -1 },
	{ "the length of the data", SMALL, "557 length of DATA above the threshold", CONTENT,
	    MESSAGE, "any.too-large", -1 },
	{ "the way back is invalid", SMALL, "554 invalid return path", POLICY, DOMAIN_,
	    "any.sender-rejected", -1 },
	{ "a domain without mail", SMALL, "550 This domain is not used for mail", RECIPIENT,
	    DOMAIN_, "any.recipient-domain", 0 },
	{ "a challenge", SMALL, "550 first verify that you are a person", POLICY, RCPT,
	    "any.recipient-refuses", -1 },
	{ "the maildir", SMALL, "451 cannot chdir to maildir", CAPACITY, ANY_SCOPE,
	    "any.receiver-trouble", -1 },
	{ "an account that may not send", SMALL, "550 message sending for this account is off",
	    POLICY, SESSION, "any.own-account", -1 },
	{ "the domain of the recipient", SMALL,
	    "450 <jo@nix.example>: Recipient address rejected: Domain not found", RECIPIENT,
	    DOMAIN_, "any.recipient-domain", 0 },
	{ "it does not exist", SMALL, "550 the recipient domain does not exist", RECIPIENT, DOMAIN_,
	    "any.recipient-domain", 0 },
	{ "the domain of the sender", SMALL,
	    "450 <ann@nix.example>: Sender address rejected: Domain not found", IDENTITY, DOMAIN_,
	    NULL, -1 },
	{ "access from a network", SMALL, "475 access from networks like yours is restricted",
	    POLICY, SOURCE, "any.client-rejected", -1 },
	{ "a sender's syntax", SMALL, "501 5.1.7 Bad sender address syntax", POLICY, DOMAIN_,
	    "any.sender-rejected", -1 },
	{ "a user who blocks", SMALL, "550 5.7.1 You have been blocked by this user", POLICY, RCPT,
	    "any.recipient-refuses", -1 },
	{ "no entry in a list of those allowed", SMALL, "550 5.7.1 Your host is not whitelisted",
	    POLICY, SOURCE, "any.not-whitelisted", -1 },
	{ "an account that is blocked", SMALL,
	    "550 5.7.1 Your account has been blocked for sending", POLICY, SESSION,
	    "any.own-account-blocked", -1 },
	{ "a block by an administrator", SMALL, "550 5.7.1 Administratively blocked", POLICY,
	    SESSION, "any.administratively-blocked", -1 },
	{ "too many processes", SMALL, "451 too many processes", CAPACITY, PROVIDER,
	    "any.too-many-processes", -1 },
	{ "not in service", SMALL, "550 This number is not in service", RECIPIENT, RCPT,
	    "any.out-of-service", -1 },
	{ "a host not in service", SMALL, "550 this host is not in service", UNKNOWN, ANY_SCOPE,
	    NULL, -1 },
	{ "a check of relaying", SMALL, "550 relay check failed", POLICY, ANY_SCOPE,
	    "any.relay-words", -1 },
	{ "a size", SMALL, "552 size exceeded", CONTENT, MESSAGE, "any.too-large", -1 },
	{ "STARTTLS, without an article", SMALL, "530 Issue STARTTLS", TLS, SESSION,
	    "any.tls-needed", -1 },
	{ "a recipient without a route", SMALL, "421 recipient not in our routes", RECIPIENT, RCPT,
	    "any.user-unknown", -1 },
	{ "the standing of the host", SMALL, "554 refused for the poor host reputation", BLOCKED,
	    SOURCE, "any.reputation-ip", -1 },
};

static const struct row own[] = {
	{ "nobody answers", "", "connect to mx.small.example[192.0.2.1]:25: Connection timed out",
	    NETWORK, ANY_SCOPE, NULL, -1 },
	{ "refused", "", "connect to mx.small.example[192.0.2.1]:25: Connection refused", NETWORK,
	    ANY_SCOPE, NULL, -1 },
	{ "no such domain", "",
	    "Host or domain name not found. Name service error for name=nowhere.example type=A: Host not found",
	    RECIPIENT, ANY_SCOPE, NULL, -1 },
	{ "lost", "",
	    "lost connection with mx.small.example[192.0.2.1] while receiving the initial server greeting",
	    NETWORK, ANY_SCOPE, NULL, -1 },
	{ "TLS", "", "TLS is required, but was not offered by host mx.small.example[192.0.2.1]",
	    TLS, ANY_SCOPE, NULL, -1 },
};

static const struct {
	const char *name;
	const struct row *v;
	size_t n;
} tables[] = {
	{ "Microsoft", microsoft, REP_COUNT(microsoft) },
	{ "strangers", strangers, REP_COUNT(strangers) },
	{ "Google", google, REP_COUNT(google) },
	{ "Yahoo", yahoo, REP_COUNT(yahoo) },
	{ "France", french, REP_COUNT(french) },
	{ "others", others, REP_COUNT(others) },
	{ "lists", lists, REP_COUNT(lists) },
	{ "plain", plain, REP_COUNT(plain) },
	{ "own", own, REP_COUNT(own) },
};

/* "!x": any rule whose id does not begin with x. */
static bool
rule_is(const struct rep_reading *r, const char *want)
{
	struct rep_str id = r->rule != NULL ? r->rule->id : (struct rep_str){ "", 0 };

	if (want == NULL)
		return true;
	if (want[0] == '!')
		return !rep_str_starts(id, rep_str_c(want + 1));
	return rep_str_eq(id, rep_str_c(want));
}

static void
one(const struct rep_know *k, const char *table, const struct row *row)
{
	struct rep_reading r;
	struct rep_str id = REP_S("no rule");
	bool same;

	rep_know_read(k, rep_str_c(row->host), rep_str_c(row->reply), &r);
	same = (row->class == ANY_CLASS || r.class == row->class) &&
	    (row->scope == ANY_SCOPE || r.scope == row->scope) && rule_is(&r, row->rule) &&
	    (row->certain < 0 || r.certain == (row->certain > 0));
	if (r.rule != NULL)
		id = r.rule->id;
	if (!ok(same, "%s: %s", table, row->name))
		printf("#  got %s, %s, %.*s, certain %d\n", rep_class_word(r.class),
		    r.scope != REP_SCOPE_NONE ? rep_scope_word(r.scope) : "-", REP_PR(id),
		    r.certain);
}

/* The parts of a reply that a person needs, or that learning an address needs. */
static void
test_parts(const struct rep_know *k)
{
	static const struct {
		const char *name, *host, *reply;
		enum rep_capture c;
		const char *want;
	} v[] = {
		{ "S3140 names the address", OLC,
		    "550 5.7.1 Unfortunately, messages from [192.0.2.10] weren't sent (S3140).",
		    REP_CAPTURE_ADDRESS, "192.0.2.10" },
		{ "and its number", OLC,
		    "550 5.7.1 Unfortunately, messages from [192.0.2.10] weren't sent (S3140).",
		    REP_CAPTURE_CODE, "S3140" },
		{ "S775 names the address", OLC,
		    "451 4.7.650 The mail server [192.0.2.10] has been temporarily rate limited (S775)",
		    REP_CAPTURE_ADDRESS, "192.0.2.10" },
		{ "5.7.515 names the domain", OLC,
		    "550 5.7.515 Access denied, sending domain SHOP.EXAMPLE does not meet the required "
		    "authentication level. Spf= Fail , Dkim= Pass , DMARC= Fail",
		    REP_CAPTURE_DOMAIN, "SHOP.EXAMPLE" },
		{ "TSS04 names the address", YAHOO,
		    "421 4.7.0 [TSS04] Messages from 192.0.2.10 temporarily deferred",
		    REP_CAPTURE_ADDRESS, "192.0.2.10" },
		{ "and its number without brackets", YAHOO,
		    "421 4.7.0 [TSS04] Messages from 192.0.2.10 temporarily deferred",
		    REP_CAPTURE_CODE, "TSS04" },
		{ "Gmail names the domain", GOOGLE,
		    "421-4.7.28 an unusual rate of unsolicited mail 421-4.7.28 originating from your DKIM domain "
		    "[Shop.example 36]. 421 4.7.28 x",
		    REP_CAPTURE_DOMAIN, "Shop.example" },
		{ "a list is named", SMALL,
		    "554 5.7.1 Client host [192.0.2.10] blocked using bl.hobby.example; x",
		    REP_CAPTURE_LIST, "bl.hobby.example" },
		{ "IPv6", OLC,
		    "550 5.7.1 Unfortunately, messages from [2001:db8::10] weren't sent (S3150).",
		    REP_CAPTURE_ADDRESS, "2001:db8::10" },
	};
	struct rep_reading r;

	for (size_t i = 0; i < REP_COUNT(v); i++) {
		rep_know_read(k, rep_str_c(v[i].host), rep_str_c(v[i].reply), &r);
		is_str(r.capture[v[i].c], v[i].want, "parts: %s", v[i].name);
	}
}

/* Rules that say slower, or not-this-path, or name a page: advice is made from these. */
static void
test_advice(const struct rep_know *k)
{
	static const struct {
		const char *id;
		enum rep_retry retry;
		const char *url;
	} v[] = {
		{ "microsoft-consumer.s3140", REP_RETRY_NOT_THIS_PATH,
		    "https://olcsupport.office.com/" },
		{ "microsoft-consumer.s3150", REP_RETRY_NOT_THIS_PATH,
		    "https://olcsupport.office.com/" },
		{ "microsoft-365.banned-ip", REP_RETRY_NOT_THIS_PATH,
		    "https://sender.office.com/" },
		{ "microsoft-365.banned-ip-code", REP_RETRY_NOT_THIS_PATH,
		    "https://sender.office.com/" },
		{ "microsoft-365.banned-511", REP_RETRY_NOT_THIS_PATH,
		    "mailto:delist@messaging.microsoft.com" },
		{ "microsoft-consumer.s775", REP_RETRY_SLOWER, NULL },
		{ "yahoo.tss04", REP_RETRY_SLOWER, NULL },
		{ "microsoft-consumer.s2017062302", REP_RETRY_NEVER, NULL },
	};

	for (size_t i = 0; i < REP_COUNT(v); i++) {
		const struct rep_rule *r = rep_know_rule(k, rep_str_c(v[i].id));

		ok(r != NULL && r->retry == v[i].retry &&
			(v[i].url == NULL || rep_str_eq(r->url, rep_str_c(v[i].url))),
		    "advice: %s", v[i].id);
	}
}

int
main(void)
{
	struct rep_know *k = rep_know_new();
	struct rep_err err = { .msg = "" };

	if (rep_know_add_builtin(k, &err) != REP_OK || rep_know_ready(k, &err) != REP_OK) {
		ok(false, "built in: %s", err.msg);
		return done();
	}
	for (size_t t = 0; t < REP_COUNT(tables); t++)
		for (size_t i = 0; i < tables[t].n; i++)
			one(k, tables[t].name, &tables[t].v[i]);
	test_parts(k);
	test_advice(k);
	rep_know_free(k);
	return done();
}
