/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dns.c -- what DNS says of the sender, where anybody has looked: names, records, blocklists.
 *
 * A zone file has a line for each record: name, type, value, with TABs. Of blocklists the listed
 * addresses are there; the names that tell whether a list answers at all are the server's business.
 */
#include "worlds.h"

static const char *const lists[] = { "zen.spamhaus.org", "bl.spamcop.net", "psbl.surriel.com",
	"b.barracudacentral.org" };

/* Something that was always so, and nobody minds. */
void
look_at_dns(struct world *w)
{
	w->looks = happens(w, 0.5) ? 1 + (happens(w, 0.4) ? 1 : 0) : 0;
	for (unsigned s = 0; s < w->n_sources; s++) {
		w->sources[s].always = happens(w, 0.06) ? PTR_GENERIC : PTR_OWN;
		w->sources[s].ptr = w->sources[s].always;
		list_source(w, s, 0.04);
	}
	w->no_dmarc = happens(w, 0.1);
}

void
list_source(struct world *w, unsigned source, double probability)
{
	if (!happens(w, probability))
		return;
	w->sources[source].listed |= 1U << below(w, N_OF(lists));
	if (happens(w, 0.4))
		w->sources[source].listed |= 1U << below(w, N_OF(lists));
}

/* The name of an address is missing, generic, or somebody else's by now; or only HELO is wrong. */
void
break_name(struct world *w, unsigned source)
{
	if (happens(w, 0.85))
		w->sources[source].ptr = (enum ptr)(PTR_GENERIC + below(w, 3));
}

/* SPF no longer covers, or the key is gone; or the signing alone is broken, which DNS does not show. */
void
break_records(struct world *w)
{
	double u = unit(w);

	w->spf_bad = u < 0.35 || u > 0.85;
	w->dkim_bad = u > 0.35 && u < 0.65;
}

static void
put_reverse(FILE *out, uint32_t a)
{
	fprintf(out, "%u.%u.%u.%u", a & 255, a >> 8 & 255, a >> 16 & 255, a >> 24);
}

static void
put_addr(FILE *out, uint32_t a)
{
	fprintf(out, "%u.%u.%u.%u", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255);
}

static void
put_source(const struct world *w, FILE *out, const struct source *s, bool before)
{
	enum ptr ptr = before ? s->always : s->ptr;

	fprintf(out, "%s.shop.example\tA\t", s->name);
	put_addr(out, s->addr);
	putc('\n', out);
	if (ptr != PTR_NONE) {
		put_reverse(out, s->addr);
		fprintf(out, ".in-addr.arpa\tPTR\t");
		if (ptr == PTR_OWN)
			fprintf(out, "%s.shop.example\n", s->name);
		else if (ptr == PTR_FOREIGN)
			fprintf(out, "old-customer.example\n");
		else {
			fprintf(out, "ec2-%u-%u-%u-%u.compute-1.amazonaws.com\n", s->addr >> 24,
			    s->addr >> 16 & 255, s->addr >> 8 & 255, s->addr & 255);
			fprintf(out, "ec2-%u-%u-%u-%u.compute-1.amazonaws.com\tA\t", s->addr >> 24,
			    s->addr >> 16 & 255, s->addr >> 8 & 255, s->addr & 255);
			put_addr(out, s->addr);
			putc('\n', out);
		}
	}
	for (unsigned i = 0; i < N_OF(lists) && !before; i++)
		if (s->listed >> i & 1) {
			put_reverse(out, s->addr);
			fprintf(out, ".%s\tA\t127.0.0.%d\n", lists[i], i == 0 ? 3 : 2);
		}
	(void)w;
}

void
write_zone(const struct world *w, FILE *out, bool before)
{
	bool spf_bad = w->spf_bad && !before, dkim_bad = w->dkim_bad && !before;

	for (unsigned s = 0; s < w->n_sources; s++)
		put_source(w, out, &w->sources[s], before);
	fprintf(out,
	    "shop.example\tMX\t10 mail.shop.example\nmail.shop.example\tA\t192.0.2.77\n"
	    "shop.example\tTXT\tv=spf1 ");
	if (spf_bad)
		fputs("ip4:192.0.2.77", out);
	for (unsigned s = 0; s < w->n_sources && !spf_bad; s++) {
		fputs(s > 0 ? " ip4:" : "ip4:", out);
		put_addr(out, w->sources[s].addr);
	}
	fputs(" -all\n", out);
	if (!w->no_dmarc)
		fputs(
		    "_dmarc.shop.example\tTXT\tv=DMARC1; p=none; rua=mailto:d@shop.example\n", out);
	if (!dkim_bad)
		fputs(
		    "mail._domainkey.shop.example\tTXT\tv=DKIM1; k=rsa; p="
		    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAzJUv0Uh6gkkZJSwyR7U16/CyPfUgFIzUOkBk"
		    "mseHdIQX6fYk1Dxmkr6WMDxwA/0hd99mY+jpheogoSPpeLptuh9SbStFmpE4WCbUHOhc4XzstrgDWmdS"
		    "F3ZIoUG8U9mtZ4PlPuGrZpUoDvd4D4Id2UtxHU3uXxKfQjMgKi1W0UDedGrtHRySHvgDd/7WU1ZZeVHI"
		    "pfcn+XxjtkYN5R8h/NWptHwoVmo2+XkZOuQY9by8v5oea3eLnAZ32K55RfuQiRMLRAuzZCLooORBhnz2"
		    "MxVCY1Fd3pNmTEA20C0R36rdcObcqkYsJFv/gaNLZgpiRcHX9Z63KvVodsR4U3KGdwIDAQAB\n",
		    out);
}
