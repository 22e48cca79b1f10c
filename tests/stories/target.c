/*
 * The destinations of a story's mail: the hosts of the providers, and small hosts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "story.h"

/* Hosts and addresses as their MX records have them; the words after the dot are ours. */
static const struct {
	const char *provider, *domain, *host, *ip, *ok;
} known[] = {
	{ "microsoft-consumer", "outlook.com", "outlook-com.olc.protection.outlook.com",
	    "52.101.68.0", "250 2.6.0 <$id> [InternalId=$n] Queued mail for delivery" },
	{ "microsoft-365", "customer.example", "customer-example.mail.protection.outlook.com",
	    "52.101.73.4", "250 2.6.0 <$id> [InternalId=$n] Queued mail for delivery" },
	{ "google", "gmail.com", "gmail-smtp-in.l.google.com", "142.251.127.26",
	    "250 2.0.0 OK  $n a640c23a62f3a - gsmtp" },
	{ "yahoo", "yahoo.com", "mta5.am0.yahoodns.net", "67.195.228.94", "250 ok dirdel" },
	{ "orange", "orange.fr", "smtp-in.orange.fr", "80.12.26.32",
	    "250 2.0.0 $n mail accepted for delivery" },
	{ "laposte", "laposte.net", "smtpz4.laposte.net", "160.92.124.66",
	    "250 2.0.0 Ok: queued as $n" },
	{ "free", "free.fr", "mx1.free.fr", "212.27.48.6", "250 2.0.0 Ok: queued as $n" },
	{ "sfr", "sfr.fr", "smtp-in.sfr.fr", "93.17.128.123", "250 2.0.0 Ok: queued as $n" },
	{ "apple", "icloud.com", "mx01.mail.icloud.com", "17.57.155.25",
	    "250 2.0.0 Ok: queued as $n" },
	{ "united-internet", "gmx.de", "mx00.gmx.net", "212.227.15.10",
	    "250 Requested mail action okay, completed: id=$n" },
	{ "t-online", "t-online.de", "mx00.t-online.de", "194.25.134.8",
	    "250 2.0.0 Message accepted." },
	{ "comcast", "comcast.net", "mx1.comcast.net", "96.114.157.80",
	    "250 2.0.0 $n mail accepted for delivery" },
	{ "cox", "cox.net", "mx.cox.net", "34.212.80.54", "250 2.0.0 $n mail accepted" },
	{ "spectrum", "charter.net", "mx0.charter.net", "47.43.18.9",
	    "250 2.0.0 $n mail accepted for delivery" },
	{ "proofpoint", "bank.example", "mxa-00148501.gslb.pphosted.com", "67.231.149.140",
	    "250 2.0.0 $n Message accepted for delivery" },
	{ "mimecast", "lawyers.example", "eu-smtp-inbound-1.mimecast.com", "195.130.217.201",
	    "250 SmtpThread-$n Received OK" },
	{ "barracuda", "school.example", "d286211a.ess.barracudanetworks.com", "209.222.82.252",
	    "250 Ok: queued as $n" },
	{ "mail-ru", "mail.ru", "mxs.mail.ru", "94.100.180.31", "250 OK id=$n" },
	{ "yandex", "yandex.ru", "mx.yandex.ru", "77.88.21.249", "250 2.0.0 Ok: queued on $n" },
	{ "qq", "qq.com", "mx1.qq.com", "203.205.219.57", "250 OK: queued as." },
	{ "netease", "163.com", "163mx01.mxmail.netease.com", "103.129.252.45",
	    "250 Mail OK queued as $n" },
	{ "godaddy", "shopkeeper.example", "smtp.secureserver.net", "92.204.80.0",
	    "250 $n mail accepted for delivery" },
	{ "rackspace", "club.example", "mx1.emailsrvr.com", "184.106.54.1",
	    "250 2.0.0 Ok: queued as $n" },
};

/* A small host: "small.example" takes its own mail at mx.small.example. */
static struct story_target *
small_host(struct story *st, struct rep_str domain)
{
	struct story_target *t = rep_arena_alloc(st->a, sizeof *t);

	if (t == NULL || rep_str_chr(domain, '.', 0) == SIZE_MAX)
		return NULL;
	*t = (struct story_target){ .provider = REP_S("other"),
		.domain = rep_arena_dup(st->a, domain),
		.host = rep_arena_printf(st->a, "mx.%.*s", REP_PR(domain)),
		.ip = rep_arena_printf(st->a, "192.0.2.%zu", 1 + st->targets_n),
		.ok = "250 2.0.0 Ok: queued as $n" };
	return t->ip.p != NULL ? t : NULL;
}

const struct story_target *
story_target(struct story *st, struct rep_str name)
{
	struct story_target *t = NULL;

	for (size_t i = 0; i < st->targets_n; i++)
		if (rep_str_eq(st->targets[i]->provider, name) ||
		    rep_str_eq(st->targets[i]->domain, name))
			return st->targets[i];
	if (st->targets_n == REP_COUNT(st->targets))
		return NULL;
	for (size_t i = 0; i < REP_COUNT(known) && t == NULL; i++) {
		if (!rep_str_eq(name, rep_str_c(known[i].provider)))
			continue;
		if ((t = rep_arena_alloc(st->a, sizeof *t)) == NULL)
			return NULL;
		*t =
		    (struct story_target){ rep_str_c(known[i].provider), rep_str_c(known[i].domain),
			    rep_str_c(known[i].host), rep_str_c(known[i].ip), known[i].ok };
	}
	if (t == NULL && (t = small_host(st, name)) == NULL)
		return NULL;
	st->targets[st->targets_n++] = t;
	return t;
}

struct rep_str
story_address(const struct story *st, struct rep_str via)
{
	for (const struct story_address *x = st->addresses; x != NULL; x = x->next)
		if (rep_str_eq(x->via, via))
			return x->ip;
	return (struct rep_str){ "", 0 };
}
