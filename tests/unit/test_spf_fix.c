/*
 * tests/unit/test_spf_fix.c -- the one SPF record that is proposed: what it keeps, what it leaves out.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "audit/audit.h"
#include "audit/spf_fix.h"
#include "dns/zone.h"

#include "tap.h"

#include <stdlib.h>

/* The world around t.example: own names below it, services of others. */
static const char world[] =
    "mail.t.example A 192.0.2.7\n"
    "mail.t.example AAAA 2001:db8::7\n"
    "four1.t.example A 192.0.2.11\nfour2.t.example A 192.0.2.12\n"
    "four3.t.example A 192.0.2.13\n"
    "alias.t.example CNAME host.svc.example\nhost.svc.example A 203.0.113.77\n"
    "t.example MX 10 mail.t.example\n"
    "many.t.example MX 10 m1.t.example\nm1.t.example A 203.0.113.129\n"
    "many.t.example MX 10 m2.t.example\nm2.t.example A 203.0.113.130\n"
    "many.t.example MX 10 m3.t.example\nm3.t.example A 203.0.113.131\n"
    "many.t.example MX 10 m4.t.example\nm4.t.example A 203.0.113.132\n"
    "many.t.example MX 10 m5.t.example\nm5.t.example A 203.0.113.133\n"
    "many.t.example MX 10 m6.t.example\nm6.t.example A 203.0.113.134\n"
    "many.t.example MX 10 m7.t.example\nm7.t.example A 203.0.113.135\n"
    "many.t.example MX 10 m8.t.example\nm8.t.example A 203.0.113.136\n"
    "many.t.example MX 10 m9.t.example\nm9.t.example A 203.0.113.137\n"
    "many.t.example MX 10 m10.t.example\nm10.t.example A 203.0.113.138\n"
    "many.t.example MX 10 m11.t.example\nm11.t.example A 203.0.113.139\n"
    "_spf.t.example TXT \"v=spf1 ip4:198.51.100.0/28 a:four1.t.example ~all\"\n"
    "_old.t.example TXT \"v=spf1 ip4:198.51.100.9 include:gone.example -all\"\n"
    "_mac.t.example TXT \"v=spf1 include:%{d}.gone.example include:a.svc.%{d1} "
    "a:four1.%{o} -all\"\n"
    "_typo.t.example TXT \"v=spf1 ip:192.0.2.40 include:svc.example -all\"\n"
    "_two.t.example TXT \"v=spf1 ip4:192.0.2.41 -all\"\n"
    "_two.t.example TXT \"v=spf1 ip4:192.0.2.42 -all\"\n"
    "_deep.t.example TXT \"v=spf1 include:_typo.t.example ip4:192.0.2.43 -all\"\n"
    "_mx.t.example TXT \"v=spf1 mx ip4:192.0.2.44 -all\"\n"
    "_ref.t.example TXT \"v=spf1 ip4:203.0.113.9 a -all\"\n"
    "_ref.t.example A 203.0.113.10\n"
    "_chain.t.example TXT \"v=spf1 redirect=_chain2.t.example\"\n"
    "_chain2.t.example TXT \"v=spf1 include:_ref.t.example include:six.example "
    "include:svc.example -all\"\n"
    "void.example TXT \"v=spf1 ip4:203.0.113.4 a:v1.example a:v2.example a:v3.example -all\"\n"
    "svc.example TXT \"v=spf1 include:a.svc.example include:b.svc.example ~all\"\n"
    "a.svc.example TXT \"v=spf1 ip4:203.0.113.64/27 ~all\"\n"
    "b.svc.example TXT \"v=spf1 ip4:203.0.113.96/27 ~all\"\n"
    "broken.example TXT \"v=spf1 include:gone.example ip4:203.0.113.1 ~all\"\n"
    "half.example TXT \"v=spf1 ip4:203.0.113.2 include:gone.example ~all\"\n"
    "halfopen.example TXT \"v=spf1 ip4:203.0.113.2 include:gone.example include:open.example ~all\"\n"
    "deephalf.example TXT \"v=spf1 redirect=gone.example include:half.example\"\n"
    "_half.t.example TXT \"v=spf1 include:half.example ip4:192.0.2.45 -all\"\n"
    "open.example TXT \"v=spf1 ip4:203.0.113.5 +all\"\n"
    "c1.example TXT \"v=spf1 include:c2.example ~all\"\n"
    "c2.example TXT \"v=spf1 include:c1.example ~all\"\n"
    "slow.example TIMEOUT\n"
    /* As below a wildcard, which this zone cannot have. */
    "23.45.67.89.wild.t.example A 127.0.0.2\n89.67.45.23.wild.t.example A 127.0.0.2\n"
    "217.5.6.7.wild.t.example A 127.0.0.2\n7.6.5.217.wild.t.example A 127.0.0.2\n"
    "192.0.2.7.wild.t.example A 127.0.0.2\n7.2.0.192.wild.t.example A 127.0.0.2\n"
    "89.67.45.23.list.t.example A 127.0.0.2\n"
    "7.2.0.192.list.t.example A 127.0.0.2\n"
    "23.45.67.89.mute.t.example TIMEOUT\n"
    "89.67.45.23.half.t.example A 127.0.0.2\n7.6.5.217.half.t.example TIMEOUT\n"
    "passes.example TXT \"v=spf1 exists:%{i}.wild.t.example -all\"\n"
    "six.example TXT \"v=spf1 include:a.svc.example include:b.svc.example "
    "include:l1.example include:l2.example include:l3.example ~all\"\n"
    "l1.example TXT \"v=spf1 ip4:203.0.113.201 ~all\"\n"
    "l2.example TXT \"v=spf1 ip4:203.0.113.202 ~all\"\n"
    "l3.example TXT \"v=spf1 ip4:203.0.113.203 ~all\"\n";

static const struct {
	const char *name;
	const char *ips;    /* own addresses, with spaces */
	const char *record; /* of t.example; NULL: none; several: with '|' */
	const char *want;   /* "": none is proposed */
} cases[] = {
	{ "a good record stays", "192.0.2.7", "v=spf1 ip4:192.0.2.7 -all", "" },
	{ "an own address comes in", "192.0.2.7", "v=spf1 ip4:203.0.113.1 -all",
	    "v=spf1 ip4:192.0.2.7 ip4:203.0.113.1 -all" },
	{ "of both families", "192.0.2.7 2001:db8::7", "v=spf1 -all",
	    "v=spf1 ip4:192.0.2.7 ip6:2001:db8::7 -all" },
	{ "no record", "192.0.2.7", NULL, "v=spf1 ip4:192.0.2.7 ~all" },
	{ "no record and no address: the MX", "", NULL, "v=spf1 mx ~all" },
	{ "ptr goes, and who passed by it does not", "192.0.2.7", "v=spf1 ptr -all",
	    "v=spf1 ip4:192.0.2.7 ~all" },
	{ "what stands twice goes", "192.0.2.7", "v=spf1 ip4:192.0.2.7 ip4:192.0.2.7 -all",
	    "v=spf1 ip4:192.0.2.7 -all" },
	{ "twice, written differently", "192.0.2.7", "v=spf1 ip4:192.0.2.7 ip4:192.0.2.7/32 -all",
	    "v=spf1 ip4:192.0.2.7 -all" },
	{ "a network inside of another", "192.0.2.7", "v=spf1 ip4:192.0.2.7 ip4:192.0.2.0/28 -all",
	    "v=spf1 ip4:192.0.2.0/28 -all" },
	{ "not where something between refuses", "192.0.2.7",
	    "v=spf1 ip4:192.0.2.7 -ip4:192.0.2.8 ip4:192.0.2.0/28 -all", "" },
	{ "a dead include goes", "192.0.2.7", "v=spf1 include:gone.example ip4:192.0.2.7 -all",
	    "v=spf1 ip4:192.0.2.7 ~all" },
	{ "behind macros that are the same for all mail", "192.0.2.7",
	    "v=spf1 include:%{d2}.gone.%{o} ip4:192.0.2.7 a:gone.%{d} -all",
	    "v=spf1 ip4:192.0.2.7 ~all" },
	{ "not behind those of the message", "192.0.2.7",
	    "v=spf1 ip4:192.0.2.7 ptr include:%{i}.gone.%{o} exists:%{ir}.gone.example -all",
	    "v=spf1 ip4:192.0.2.7 include:%{i}.gone.%{o} exists:%{ir}.gone.example ~all" },
	{ "an exists below a wildcard goes", "192.0.2.7",
	    "v=spf1 exists:%{i}.wild.%{d} ~all|v=spf1 include:svc.example -all",
	    "v=spf1 ip4:192.0.2.7 include:svc.example ~all" },
	{ "one of a name that has an address goes", "192.0.2.7",
	    "v=spf1 exists:mail.t.example ~all|v=spf1 mx -all", "v=spf1 mx ~all" },
	{ "also where it is in force", "192.0.2.7", "v=spf1 exists:%{ir}.wild.t.example -all",
	    "v=spf1 ip4:192.0.2.7 ~all" },
	{ "and what includes one", "192.0.2.7", "v=spf1 include:passes.example mx; -all",
	    "v=spf1 mx ~all" },
	{ "not one that lists senders, nor one that refuses", "192.0.2.7",
	    "v=spf1 -exists:%{i}.wild.t.example exists:%{ir}.list.t.example -all;",
	    "v=spf1 ip4:192.0.2.7 -exists:%{i}.wild.t.example exists:%{ir}.list.t.example -all" },
	{ "nor one that asks for the sender or the HELO name", "192.0.2.7",
	    "v=spf1 exists:%{l}.users.t.example exists:%{h}.hosts.t.example -all;",
	    "v=spf1 ip4:192.0.2.7 exists:%{l}.users.t.example exists:%{h}.hosts.t.example -all" },
	{ "an own record whose macros are filled in", "192.0.2.7",
	    "v=spf1 include:_mac.%{d} ip4:192.0.2.7 -all",
	    "v=spf1 include:a.svc.example a:four1.t.example ip4:192.0.2.7 ~all" },
	{ "a dead redirect: own addresses", "192.0.2.7", "v=spf1 redirect=gone.example",
	    "v=spf1 ip4:192.0.2.7 ~all" },
	{ "a dead name goes", "192.0.2.7", "v=spf1 a:gone.t.example ip4:192.0.2.7 ~all",
	    "v=spf1 ip4:192.0.2.7 ~all" },
	{ "an end comes in", "192.0.2.7", "v=spf1 ip4:192.0.2.7", "v=spf1 ip4:192.0.2.7 ~all" },
	{ "+all goes, the own address stays", "192.0.2.7", "v=spf1 +all",
	    "v=spf1 ip4:192.0.2.7 ~all" },
	{ "0.0.0.0/0 is +all", "192.0.2.7", "v=spf1 ip4:0.0.0.0/0 -all",
	    "v=spf1 ip4:192.0.2.7 ~all" },
	{ "too broad goes, the own address stays", "192.0.2.7", "v=spf1 ip4:192.0.0.0/8 -all",
	    "v=spf1 ip4:192.0.2.7 ~all" },
	{ "behind all: own hosts and services come before it", "192.0.2.7",
	    "v=spf1 ip4:192.0.2.7 -all mx a:four1.t.example include:svc.example",
	    "v=spf1 ip4:192.0.2.7 mx a:four1.t.example include:svc.example -all" },
	{ "what may be anybody's does not", "192.0.2.7",
	    "v=spf1 ip4:192.0.2.7 -all ip4:203.0.113.1 a:host.svc.example a:alias.t.example "
	    "include:gone.example include:open.example include:half.example mx/24 include:%{i}.svc.example",
	    "v=spf1 ip4:192.0.2.7 -all" },
	{ "nor what takes more lookups than there are", "192.0.2.7",
	    "v=spf1 ip4:192.0.2.7 include:six.example include:svc.example -all "
	    "include:l1.example include:l2.example",
	    "v=spf1 ip4:192.0.2.7 include:six.example include:svc.example -all" },
	{ "behind all of one of two records", "192.0.2.7",
	    "v=spf1 ip4:192.0.2.7 -all|v=spf1 include:a.svc.example ~all include:b.svc.example",
	    "v=spf1 include:a.svc.example ip4:192.0.2.7 include:b.svc.example ~all" },
	{ "two records in one string", "192.0.2.7",
	    "v=spf1 ip4:192.0.2.7 ~all v=spf1 include:svc.example -all",
	    "v=spf1 ip4:192.0.2.7 include:svc.example ~all" },
	{ "without a space between", "192.0.2.7",
	    "v=spf1 ip4:192.0.2.7 ~allv=spf1 include:svc.example -all",
	    "v=spf1 ip4:192.0.2.7 include:svc.example ~all" },
	{ "redirect beside all goes", "192.0.2.7", "v=spf1 ip4:192.0.2.7 redirect=svc.example -all",
	    "v=spf1 ip4:192.0.2.7 -all" },
	{ "redirect alone stays", "192.0.2.7", "v=spf1 redirect=svc.example",
	    "v=spf1 ip4:192.0.2.7 redirect=svc.example" },
	{ "exp stays", "192.0.2.7", "v=spf1 exp=why.t.example -all",
	    "v=spf1 ip4:192.0.2.7 exp=why.t.example -all" },
	{ "the loop goes", "192.0.2.7", "v=spf1 include:t.example ip4:192.0.2.7 -all",
	    "v=spf1 ip4:192.0.2.7 -all" },
	{ "a loop of others goes", "192.0.2.7", "v=spf1 include:c1.example ip4:192.0.2.7 -all",
	    "v=spf1 ip4:192.0.2.7 ~all" },
	{ "a service with a broken record goes", "192.0.2.7",
	    "v=spf1 include:broken.example include:svc.example ip4:192.0.2.7 -all",
	    "v=spf1 include:svc.example ip4:192.0.2.7 ~all" },
	{ "a service that works up to an error comes last", "192.0.2.7",
	    "v=spf1 include:half.example include:svc.example ip4:192.0.2.7 -all",
	    "v=spf1 include:svc.example ip4:192.0.2.7 include:half.example -all" },
	{ "it is last already", "192.0.2.7", "v=spf1 ip4:192.0.2.7 include:half.example -all", "" },
	{ "two of them keep their order", "192.0.2.7",
	    "v=spf1 include:half.example include:deephalf.example ip4:192.0.2.7 -all",
	    "v=spf1 ip4:192.0.2.7 include:half.example include:deephalf.example -all" },
	{ "where a term refuses, they stay in their place", "192.0.2.7",
	    "v=spf1 include:half.example -ip4:203.0.113.2 mx -all",
	    "v=spf1 ip4:192.0.2.7 include:half.example -ip4:203.0.113.2 mx -all" },
	{ "behind a modifier too", "192.0.2.7",
	    "v=spf1 include:half.example exp=why.t.example ip4:192.0.2.7 -all",
	    "v=spf1 exp=why.t.example ip4:192.0.2.7 include:half.example -all" },
	{ "not one that would let everybody pass once it is repaired", "192.0.2.7",
	    "v=spf1 include:halfopen.example ip4:192.0.2.7 -all", "v=spf1 ip4:192.0.2.7 ~all" },
	{ "in an own record", "192.0.2.7", "v=spf1 include:_half.t.example mx -all",
	    "v=spf1 ip4:192.0.2.45 mx include:half.example -all" },
	{ "as a redirect", "192.0.2.7", "v=spf1 redirect=half.example",
	    "v=spf1 ip4:192.0.2.7 redirect=half.example" },
	{ "where it costs too many lookups, it goes", "192.0.2.7",
	    "v=spf1 include:half.example include:six.example include:svc.example ip4:192.0.2.7 -all",
	    "v=spf1 include:six.example include:svc.example ip4:192.0.2.7 ~all" },
	{ "a service that lets everybody pass goes", "203.0.113.5",
	    "v=spf1 include:open.example -all", "v=spf1 ip4:203.0.113.5 ~all" },
	{ "an own record with a fault is opened", "198.51.100.9",
	    "v=spf1 include:_old.t.example -all", "v=spf1 ip4:198.51.100.9 ~all" },
	{ "a service that does not answer now stays", "192.0.2.7",
	    "v=spf1 ip4:192.0.2.7 ptr include:slow.example -all",
	    "v=spf1 ip4:192.0.2.7 include:slow.example ~all" },
	{ "a negative term before the own address", "192.0.2.7",
	    "v=spf1 -ip4:192.0.2.7 ip4:192.0.2.0/28 -all", "v=spf1 ip4:192.0.2.0/28 -all" },
	{ "refused behind its own pass", "192.0.2.7",
	    "v=spf1 ptr ip4:192.0.2.0/28 -ip4:192.0.2.9 -ip4:192.0.2.99 mx -all",
	    "v=spf1 ip4:192.0.2.0/28 -ip4:192.0.2.99 mx ~all" },
	{ "inside addresses", "192.0.2.7",
	    "v=spf1 ptr mx ip4:192.168.0.0/16 ip6:fe80::/64 ip4:10.1.2.3 ip4:192.168.0.0/15 -all",
	    "v=spf1 mx ip4:192.168.0.0/15 ~all" },
	{ "nobody sends, with a semicolon", "", "v=spf1 -all;", "v=spf1 -all" },
	{ "not with something that cannot be read", "", "v=spf1 ip4:x -all", "" },
	{ "two records are joined", "192.0.2.7",
	    "v=spf1 ip4:192.0.2.7 -all|v=spf1 include:svc.example ~all",
	    "v=spf1 include:svc.example ip4:192.0.2.7 ~all" },
	{ "joined, a redirect becomes an include", "192.0.2.7",
	    "v=spf1 ip4:192.0.2.7 -all|v=spf1 redirect=svc.example",
	    "v=spf1 ip4:192.0.2.7 include:svc.example -all" },
	{ "the same twice, but for a space", "192.0.2.7",
	    "v=spf1 ip4:192.0.2.7 -all|v=spf1 ip4:192.0.2.7 -all ", "v=spf1 ip4:192.0.2.7 -all" },
	{ "+all in front of others", "192.0.2.7", "v=spf1 +all include:svc.example -all",
	    "v=spf1 ip4:192.0.2.7 include:svc.example -all" },
	{ "x and +x", "192.0.2.7", "v=spf1 ip4:192.0.2.7 +mx mx -all",
	    "v=spf1 ip4:192.0.2.7 +mx -all" },
	{ "an own address inside a network that stays", "192.0.2.7",
	    "v=spf1 include:gone.example ip4:192.0.2.0/24 ip4:192.0.2.7 -all",
	    "v=spf1 ip4:192.0.2.0/24 ~all" },
	{ "a service that does not answer now comes last", "192.0.2.7",
	    "v=spf1 mx include:slow.example ip:192.0.2.50 -all",
	    "v=spf1 mx ip4:192.0.2.50 include:slow.example -all" },
	{ "cut in two between terms", "192.0.2.7",
	    "v=spf1 mx ip4:192.0.2.40|include:a.svc.example ip4:192.0.2.41 -all",
	    "v=spf1 mx ip4:192.0.2.40 include:a.svc.example ip4:192.0.2.41 -all" },
	{ "cut in two inside a name", "192.0.2.7", "v=spf1 mx include:a.sv|c.example -all",
	    "v=spf1 mx include:a.svc.example -all" },
	{ "no second half", "192.0.2.7", "v=spf1 mx -all|ip4:192.0.2.41 -all", "" },
	{ "v=spf1.0", "192.0.2.7", "v=spf1.0 mx -all", "v=spf1 mx -all" },
	{ "something else in front", "192.0.2.7", "site-verification=abc v=spf1 mx -all",
	    "v=spf1 mx -all" },
	{ "single quotes", "192.0.2.7", "'v=spf1 mx ~all'", "v=spf1 mx ~all" },
	{ "redirect= twice", "192.0.2.7", "v=spf1 mx redirect=a.svc.example redirect=l1.example",
	    "v=spf1 mx include:a.svc.example include:l1.example ~all" },
	{ "twice to the same", "192.0.2.7",
	    "v=spf1 mx redirect=a.svc.example redirect=A.svc.example",
	    "v=spf1 mx redirect=a.svc.example" },
	{ "twice, once to nothing", "192.0.2.7",
	    "v=spf1 mx redirect=gone.example redirect=a.svc.example",
	    "v=spf1 mx include:a.svc.example ~all" },
	{ "twice beside all", "192.0.2.7",
	    "v=spf1 mx redirect=a.svc.example redirect=l1.example -all", "v=spf1 mx -all" },
	{ "exp= twice", "192.0.2.7",
	    "v=spf1 mx exp=a.t.example exp=b.t.example include:a.svc.example -all",
	    "v=spf1 mx exp=a.t.example include:a.svc.example -all" },
	{ "ipv4:", "192.0.2.7", "v=spf1 ipv4:192.0.2.7 -all", "v=spf1 ip4:192.0.2.7 -all" },
	{ "ip:", "192.0.2.7 2001:db8::7", "v=spf1 ip:192.0.2.7 ip:2001:db8::7 -all",
	    "v=spf1 ip4:192.0.2.7 ip6:2001:db8::7 -all" },
	{ "/33", "192.0.2.7", "v=spf1 ip4:192.0.2.7/33 -all", "v=spf1 ip4:192.0.2.7 ~all" },
	{ "/33 of a network", "192.0.2.7", "v=spf1 ip4:192.0.2.0/33 -all",
	    "v=spf1 ip4:192.0.2.7 ~all" },
	{ "/024", "192.0.2.7", "v=spf1 ip4:192.0.2.0/024 ip6:2001:db8::/064 mx/028//0120 -all",
	    "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/64 mx/28//120 -all" },
	{ "a range with blanks", "192.0.2.7", "v=spf1 ip4:192.0.2.4 - 192.0.2.7 mx -all",
	    "v=spf1 ip4:192.0.2.4/30 mx -all" },
	{ "a blank and the last byte", "192.0.2.7", "v=spf1 192.0.2.4- 7 mx -all",
	    "v=spf1 ip4:192.0.2.4/30 mx -all" },
	{ "a range that is too large", "192.0.2.7", "v=spf1 mx 192.0.2.4 - 192.0.9.7 -all",
	    "v=spf1 mx ~all" },
	{ "no range", "192.0.2.7", "v=spf1 mx ip4:192.0.2.4 - all",
	    "v=spf1 mx ip4:192.0.2.4 -all" },
	{ "a long dash", "192.0.2.7",
	    "v=spf1 ip4:192.0.2.7 \xe2\x80\x93"
	    "all",
	    "v=spf1 ip4:192.0.2.7 -all" },
	{ "a no-break space", "192.0.2.7", "v=spf1 ip4:192.0.2.7\xc2\xa0include:svc.example -all",
	    "v=spf1 ip4:192.0.2.7 include:svc.example -all" },
	{ "a no-break space after the version", "192.0.2.7", "v=spf1\xc2\xa0ip4:192.0.2.7 -all",
	    "v=spf1 ip4:192.0.2.7 -all" },
	{ "joined without a space", "192.0.2.7", "v=spf1 ip4:192.0.2.7include:svc.example~all",
	    "v=spf1 ip4:192.0.2.7 include:svc.example ~all" },
	{ "joined before a:, and valid by accident", "192.0.2.7",
	    "v=spf1 a:mail.t.examplea:four1.t.example -all",
	    "v=spf1 a:mail.t.example a:four1.t.example -all" },
	{ "joined before a:", "2001:db8::7", "v=spf1 ip6:2001:db8::7a:mail.t.example -all",
	    "v=spf1 ip6:2001:db8::7 a:mail.t.example -all" },
	{ "joined, and valid by accident", "192.0.2.7",
	    "v=spf1 ip4:192.0.2.7 include:svc.example-all",
	    "v=spf1 ip4:192.0.2.7 include:svc.example -all" },
	{ "include=", "203.0.113.65", "v=spf1 include=svc.example -all",
	    "v=spf1 include:svc.example -all" },
	{ "commas", "192.0.2.7", "v=spf1 ip4:192.0.2.7, include:svc.example, ~all",
	    "v=spf1 ip4:192.0.2.7 include:svc.example ~all" },
	{ "a comma at the end", "192.0.2.7", "v=spf1 ip4:192.0.2.7 -all,",
	    "v=spf1 ip4:192.0.2.7 -all" },
	{ "a semicolon after the version", "192.0.2.7", "v=spf1; ip4:192.0.2.7 -all",
	    "v=spf1 ip4:192.0.2.7 -all" },
	{ "a space after the colon", "203.0.113.65", "v=spf1 include: svc.example ~all",
	    "v=spf1 include:svc.example ~all" },
	{ "what cannot be read is left out", "192.0.2.7", "v=spf1 ip4:192.0.2.7 ip4:mail -all",
	    "v=spf1 ip4:192.0.2.7 ~all" },
	{ "an mx with more hosts than receivers look at", "192.0.2.7",
	    "v=spf1 ip4:192.0.2.7 mx:many.t.example -all",
	    "v=spf1 ip4:192.0.2.7 ip4:203.0.113.129 ip4:203.0.113.130 ip4:203.0.113.131 ip4:203.0.113.132 ip4:203.0.113.133 ip4:203.0.113.134 ip4:203.0.113.135 ip4:203.0.113.136 ip4:203.0.113.137 ip4:203.0.113.138 ip4:203.0.113.139 -all" },
	{ "an own record with a typing error is read as meant", "192.0.2.7",
	    "v=spf1 include:_typo.t.example -all",
	    "v=spf1 ip4:192.0.2.7 ip4:192.0.2.40 include:svc.example -all" },
	{ "two own records at one included name are joined", "192.0.2.7",
	    "v=spf1 ip4:192.0.2.7 include:_two.t.example -all",
	    "v=spf1 ip4:192.0.2.7 ip4:192.0.2.41 ip4:192.0.2.42 -all" },
	{ "an own record with an error two includes below", "192.0.2.7",
	    "v=spf1 ip4:192.0.2.7 include:_deep.t.example -all",
	    "v=spf1 ip4:192.0.2.7 ip4:192.0.2.40 include:svc.example ip4:192.0.2.43 -all" },
	{ "a line of a zone file as the record", "192.0.2.7", "@ IN TXT v=spf1 mx -all",
	    "v=spf1 mx -all" },
	{ "with its owner and TTL", "192.0.2.7", "t.example. 3600 TXT v=spf1 mx -all",
	    "v=spf1 mx -all" },
	{ "a sentence about SPF is no record", "192.0.2.7", "we use v=spf1 mx -all here",
	    "v=spf1 ip4:192.0.2.7 ~all" },
	{ "a name alone, of nobody with a record", "192.0.2.7",
	    "v=spf1 ip4:192.0.2.7 mail.svc.example host.svc.example -all",
	    "v=spf1 ip4:192.0.2.7 ~all" },
	{ "a name alone, behind one that is not whole", "192.0.2.7",
	    "v=spf1 include:mail.gone svc.example ip4:192.0.2.7 -all",
	    "v=spf1 ip4:192.0.2.7 ~all" },
	{ "a space in a name of a service", "192.0.2.7",
	    "v=spf1 include:a.s vc.example ip4:192.0.2.7 -all",
	    "v=spf1 include:a.svc.example ip4:192.0.2.7 ~all" },
	{ "a name alone, of a service", "192.0.2.7", "v=spf1 ip4:192.0.2.7 svc.example -all",
	    "v=spf1 ip4:192.0.2.7 include:svc.example -all" },
	{ "a name alone, of an own host", "192.0.2.7", "v=spf1 mail.t.example -all",
	    "v=spf1 a:mail.t.example ~all" },
	{ "of two records, one with a service that works up to an error", "192.0.2.7",
	    "v=spf1 include:half.example mx|v=spf1 include:svc.example -all",
	    "v=spf1 mx include:svc.example include:half.example -all" },
	{ "a redirect to an own record with an error", "192.0.2.7",
	    "v=spf1 redirect=_typo.t.example",
	    "v=spf1 ip4:192.0.2.7 ip4:192.0.2.40 include:svc.example -all" },
	{ "own redirects one behind the other are written out to save lookups", "192.0.2.7",
	    "v=spf1 redirect=_chain.%{d}",
	    "v=spf1 ip4:192.0.2.7 ip4:203.0.113.9 a:_ref.t.example include:six.example "
	    "include:svc.example -all" },
	{ "a service that looks up too much that is not there comes last", "192.0.2.7",
	    "v=spf1 include:void.example mx -all", "v=spf1 mx include:void.example -all" },
	{ "all with a sign behind it", "192.0.2.7", "v=spf1 mx all-", "v=spf1 mx -all" },
	{ "all cut short", "192.0.2.7", "v=spf1 mx ~al", "v=spf1 mx ~all" },
	{ "all behind a space", "192.0.2.7", "v=spf1 mx - all", "v=spf1 mx -all" },
	{ "all with two signs", "192.0.2.7", "v=spf1 mx -~all", "v=spf1 mx ~all" },
	{ "a sign alone", "192.0.2.7", "v=spf1 - mx -all", "v=spf1 mx -all" },
	{ "a tilde of print", "192.0.2.7",
	    "v=spf1 mx \xcb\x9c"
	    "all",
	    "v=spf1 mx ~all" },
	{ "an address of mail where a name belongs", "203.0.113.65",
	    "v=spf1 include:@svc.example -all", "v=spf1 include:svc.example -all" },
	{ "a URL where a name belongs", "203.0.113.65", "v=spf1 redirect=https://svc.example/",
	    "v=spf1 redirect=svc.example" },
	{ "a port behind an address", "192.0.2.7", "v=spf1 ip4:192.0.2.7:25 -all",
	    "v=spf1 ip4:192.0.2.7 -all" },
	{ "an own host that is included", "192.0.2.7", "v=spf1 include:mail.t.example -all",
	    "v=spf1 a:mail.t.example ~all" },
	{ "not a host of others", "192.0.2.7",
	    "v=spf1 include:host.svc.example include:alias.t.example -all",
	    "v=spf1 ip4:192.0.2.7 ~all" },
	{ "a redirect to a good own record", "192.0.2.7", "v=spf1 redirect=_spf.t.example",
	    "v=spf1 ip4:192.0.2.7 redirect=_spf.t.example" },
	{ "a version in the middle", "192.0.2.7", "v=spf1 v=spf1 include:svc.example -all",
	    "v=spf1 ip4:192.0.2.7 include:svc.example -all" },
	{ "an mx in an included record that has none", "192.0.2.7",
	    "v=spf1 ip4:192.0.2.7 include:_mx.t.example -all",
	    "v=spf1 ip4:192.0.2.7 ip4:192.0.2.44 ~all" },
	{ "a netmask", "192.0.2.7", "v=spf1 ip4:192.0.2.0/255.255.255.240 -all",
	    "v=spf1 ip4:192.0.2.0/28 -all" },
	{ "no netmask", "192.0.2.7", "v=spf1 ip4:192.0.2.0/255.0.255.0 -all",
	    "v=spf1 ip4:192.0.2.7 ~all" },
	{ "two prefixes", "192.0.2.7", "v=spf1 ip4:192.0.2.0/24/32 -all",
	    "v=spf1 ip4:192.0.2.7 ~all" },
	{ "a space before the prefix", "192.0.2.7", "v=spf1 ip4:192.0.2.0 /28 -all",
	    "v=spf1 ip4:192.0.2.0/28 -all" },
	{ "a backslash for the slash", "192.0.2.7", "v=spf1 ip4:192.0.2.0\\\\28 -all",
	    "v=spf1 ip4:192.0.2.0/28 -all" },
	{ "a range", "192.0.2.7", "v=spf1 ip4:192.0.2.5-192.0.2.9 -all",
	    "v=spf1 ip4:192.0.2.5 ip4:192.0.2.6/31 ip4:192.0.2.8/31 -all" },
	{ "a short range", "192.0.2.7", "v=spf1 ip4:192.0.2.0-255 -all",
	    "v=spf1 ip4:192.0.2.0/24 -all" },
	{ "a range of too many", "192.0.2.7", "v=spf1 ip4:192.0.2.0-192.0.4.0 -all",
	    "v=spf1 ip4:192.0.2.7 ~all" },
	{ "a short network", "192.0.2.7", "v=spf1 ip4:192.0.2/24 -all",
	    "v=spf1 ip4:192.0.2.0/24 -all" },
	{ "a star", "192.0.2.7", "v=spf1 ip4:192.0.2.* -all", "v=spf1 ip4:192.0.2.0/24 -all" },
	{ "an address that is cut", "192.0.2.7", "v=spf1 ip4:192.0.2 -all",
	    "v=spf1 ip4:192.0.2.7 ~all" },
	{ "a host where an address belongs", "192.0.2.7", "v=spf1 ip4:mail.t.example -all",
	    "v=spf1 a:mail.t.example -all" },
	{ "include: was forgotten", "198.51.100.3", "v=spf1 _spf.t.example -all",
	    "v=spf1 include:_spf.t.example -all" },
	{ "an address alone", "192.0.2.7", "v=spf1 192.0.2.7 -all", "v=spf1 ip4:192.0.2.7 -all" },
	{ "own records are opened to save lookups", "192.0.2.7",
	    "v=spf1 ip4:192.0.2.7 include:six.example include:l1.example include:l2.example "
	    "include:l3.example include:_ref.t.example include:_spf.t.example -all",
	    "" /* 6 + 3 + 2 + 2: opened it is 6 + 3 + 0 */ },
	{ "nothing fits: nothing is proposed", "192.0.2.7",
	    "v=spf1 ip4:192.0.2.7 include:six.example include:svc.example include:l1.example "
	    "include:l2.example include:l3.example -all",
	    "" },
	{ "an own name that is an alias of a service stays", "192.0.2.7",
	    "v=spf1 a:four1.t.example a:four2.t.example a:four3.t.example a:alias.t.example ptr -all",
	    "v=spf1 ip4:192.0.2.7 ip4:192.0.2.11 ip4:192.0.2.12 a:four3.t.example a:alias.t.example ~all" },
	{ "IPv4-only hosts of an IPv6 sender", "2001:db8::7",
	    "v=spf1 a:four1.t.example a:four2.t.example a:four3.t.example a:mail.t.example -all",
	    "v=spf1 ip4:192.0.2.11 a:four2.t.example a:four3.t.example a:mail.t.example -all" },
};

/* What case 0.. wants where it is longer than a line. */
static const char opened[] =
    "v=spf1 ip4:192.0.2.7 include:six.example include:l1.example include:l2.example "
    "include:l3.example ip4:203.0.113.9 ip4:203.0.113.10 ip4:198.51.100.0/28 a:four1.t.example -all";

/* Records beside those of the world; for test_too_long. */
static struct rep_str more;

static struct rep_zone_memory *
zone_of(const char *record)
{
	struct rep_zone_memory *z = rep_zone_memory_new(4 << 20);
	struct rep_str rest = rep_str_c(record), one;
	struct rep_err err;
	char line[8192];

	if (z == NULL || rep_zone_memory_add(z, REP_S(world), &err) != REP_OK ||
	    rep_zone_memory_add(z, more, &err) != REP_OK)
		abort();
	while (rest.n > 0) {
		size_t bar = rep_str_chr(rest, '|', 0);

		one = rep_str_sub(rest, 0, bar);
		snprintf(line, sizeof line, "t.example TXT \"%.*s\"\n", REP_PR(one));
		if (rep_zone_memory_add(z, rep_str_c(line), &err) != REP_OK)
			abort();
		rest = bar == SIZE_MAX ? (struct rep_str){ "", 0 }
				       : rep_str_sub(rest, bar + 1, rest.n);
	}
	return z;
}

static size_t
addresses(const char *text, struct rep_ip *v)
{
	struct rep_str rest = rep_str_c(text);
	size_t n = 0;

	while (rest.n > 0) {
		size_t space = rep_str_chr(rest, ' ', 0);

		n += rep_ip_parse(rep_str_sub(rest, 0, space), &v[n]);
		rest = space == SIZE_MAX ? (struct rep_str){ "", 0 }
					 : rep_str_sub(rest, space + 1, rest.n);
	}
	return n;
}

/* What the store knows, for test_known. */
static struct rep_audit_known known[20];
static size_t known_n;

static struct rep_str
proposed(struct rep_arena *a, const char *ips, const char *record, struct rep_findings *f)
{
	struct rep_zone_memory *z = zone_of(record);
	struct rep_dns_view v = rep_zone_memory_view(z);
	struct rep_ip ip[8];
	struct rep_audit_in in = {
		.domain_text = REP_S("t.example"), .ip = ip, .known = known, .known_n = known_n
	};
	struct rep_spf_check *checks = rep_arena_alloc(a, REP_AUDIT_MAX_IPS * sizeof *checks);
	struct rep_spf_audit o;
	struct rep_str out;

	in.ip_n = addresses(ips, ip);
	(void)rep_name_parse(in.domain_text, &in.domain);
	rep_findings_init(f, a);
	if (!rep_audit_spf(&in, &v, a, &o, checks, &out, f))
		abort();
	out = rep_arena_dup(a, out);
	rep_zone_memory_free(z);
	return out;
}

static void
test_cases(struct rep_arena *a)
{
	struct rep_findings *f = malloc(sizeof *f);

	for (size_t i = 0; f != NULL && i < REP_COUNT(cases); i++) {
		const char *want =
		    strstr(cases[i].name, "are opened to save") != NULL ? opened : cases[i].want;

		rep_arena_reset(a);
		is_str(proposed(a, cases[i].ips, cases[i].record, f), want, "%s", cases[i].name);
	}
	free(f);
}

/* Every finding that the record fixes has the same one, and what no record fixes has words. */
static void
test_words(struct rep_arena *a)
{
	struct rep_findings *f = malloc(sizeof *f);
	size_t same = 0;

	if (f == NULL)
		return;
	(void)proposed(a, "192.0.2.7", "v=spf1 ptr a:gone.t.example include:gone.example ?all", f);
	for (size_t i = 0; i < f->n; i++)
		same += rep_str_eq(
		    f->v[i].publish, REP_S("t.example. IN TXT \"v=spf1 ip4:192.0.2.7 ~all\""));
	ok(f->n >= 5 && same == f->n, "%zu of %zu findings have the one record", same, f->n);
	ok(rep_str_find(f->v[0].fix, REP_S("include:gone.example (there is no SPF record"), 0) !=
		SIZE_MAX,
	    "the words say what is left out, and why");
	(void)proposed(a, "192.0.2.7",
	    "v=spf1 ip4:192.0.2.7 include:six.example include:svc.example include:l1.example "
	    "include:l2.example include:l3.example -all",
	    f);
	ok(f->n == 1 && f->v[0].publish.n == 0 &&
		rep_str_find(f->v[0].fix, REP_S("include:six.example (6 lookups), include:"), 0) !=
		    SIZE_MAX,
	    "what each service costs is named: %.*s", REP_PR(f->v[0].fix));
	free(f);
}

/* An exists that always matches is what +all is, and the words say so. */
static void
test_exists(struct rep_arena *a)
{
	static const char *const mute[] = { "v=spf1 exists:%{i}.mute.t.example -all",
		"v=spf1 exists:%{ir}.half.t.example -all" };
	struct rep_findings *f = malloc(sizeof *f);

	if (f == NULL)
		return;
	(void)proposed(a, "", "v=spf1 exists:%{i}.wild.t.example -all", f);
	ok(f->n == 1 && f->v[0].number == REP_FINDING_SPF_PASS_ALL &&
		rep_str_find(f->v[0].evidence, REP_S("an address for every sender"), 0) != SIZE_MAX,
	    "an exists that always matches is found: %zu", f->n);
	(void)proposed(a, "192.0.2.7", "v=spf1 mx; exists:mail.t.example -all", f);
	ok(f->n > 0 &&
		rep_str_find(f->v[0].fix, REP_S("exists:mail.t.example (it lets everybody pass)"),
		    0) != SIZE_MAX,
	    "and why it is left out: %.*s", REP_PR(f->v[0].fix));
	for (size_t i = 0; i < REP_COUNT(mute); i++) {
		(void)proposed(a, "", mute[i], f);
		ok(f->n == 1 && f->v[0].number == REP_FINDING_SPF_UNKNOWN &&
			rep_str_find(f->v[0].evidence, REP_S("exists:%{i"), 0) != SIZE_MAX,
		    "an exists about which DNS is silent is not known: %s", mute[i]);
	}
	free(f);
}

/* What is kept of a record that leads to errors: each of three kinds by itself. */
static void
test_kept(struct rep_arena *a)
{
	static const char record[] = "v=spf1 include:half.example include:slow.example "
				     "include:four1.t.example ip4:192.0.2.7 -all";
	static const struct {
		bool errors_last, silent_last, as_meant;
		const char *want;
	} kept[] = {
		{ false, false, false, "v=spf1 include:slow.example ip4:192.0.2.7 ~all" },
		{ true, false, false,
		    "v=spf1 include:slow.example ip4:192.0.2.7 include:half.example ~all" },
		{ false, true, false, "v=spf1 ip4:192.0.2.7 include:slow.example ~all" },
		{ false, false, true,
		    "v=spf1 include:slow.example a:four1.t.example ip4:192.0.2.7 ~all" },
		{ true, true, true,
		    "v=spf1 a:four1.t.example ip4:192.0.2.7 include:half.example "
		    "include:slow.example ~all" },
	};
	struct rep_spf_proposal *out = malloc(sizeof *out);

	for (size_t i = 0; out != NULL && i < REP_COUNT(kept); i++) {
		struct rep_zone_memory *z = zone_of(record);
		struct rep_dns_view v = rep_zone_memory_view(z);
		struct rep_spf_propose_in in = { .errors_last = kept[i].errors_last,
			.silent_last = kept[i].silent_last,
			.as_meant = kept[i].as_meant };
		struct rep_spf_audit walk;

		rep_arena_reset(a);
		(void)rep_name_parse(REP_S("t.example"), &in.domain);
		if (!rep_spf_audit(&in.domain, &v, a, &walk) ||
		    !rep_spf_propose(&in, &walk, &v, a, out))
			abort();
		is_str(out->record, kept[i].want, "kept: errors %d, silent %d, hosts %d",
		    kept[i].errors_last, kept[i].silent_last, kept[i].as_meant);
		ok(out->half.n == kept[i].errors_last && out->silent.n == kept[i].silent_last &&
			out->host.n == kept[i].as_meant,
		    "and each is named");
		rep_zone_memory_free(z);
	}
	free(out);
}

static void
add_networks(struct rep_buf *b, unsigned first, unsigned n)
{
	for (unsigned k = first; k < first + n; k++)
		rep_buf_printf(b, " ip4:203.%u.%u.%u", k / 200, k % 200 + 1, k % 200 + 1);
	rep_buf_add(b, REP_S(" -all"));
}

/* Nothing is printed in place of a record of which a part would be missing, and why is said. */
static void
test_too_long(struct rep_arena *a)
{
	struct rep_findings *f = malloc(sizeof *f);
	struct rep_buf b;

	if (f == NULL)
		return;
	rep_buf_init(&b, 30000);
	rep_buf_add(&b, REP_S("v=spf1 ipv4:192.0.2.7"));
	add_networks(&b, 0, 254);
	is_str(proposed(a, "192.0.2.7", b.p, f), "", "too long to be read");
	ok(f->n > 0 && rep_str_find(f->v[0].fix, REP_S("too long to be read"), 0) != SIZE_MAX,
	    "and why: %.*s", REP_PR(f->v[0].fix));
	rep_buf_clear(&b);
	for (unsigned i = 0; i < 3; i++) {
		rep_buf_printf(&b, "_big%u.t.example TXT \"v=spf1 ptr", i);
		add_networks(&b, i * 250, 250);
		rep_buf_add(&b, REP_S("\"\n"));
	}
	more = rep_buf_str(&b);
	is_str(proposed(a, "192.0.2.7",
		   "v=spf1 ptr include:_big0.t.example include:_big1.t.example "
		   "include:_big2.t.example -all",
		   f),
	    "", "too long to be written");
	ok(f->n > 0 && rep_str_find(f->v[0].fix, REP_S("too long to be written"), 0) != SIZE_MAX,
	    "and why: %.*s", REP_PR(f->v[0].fix));
	more = (struct rep_str){ "", 0 };
	rep_buf_fini(&b);
	free(f);
}

/* Addresses that the store knows are never proposed by themselves, and not lost either. */
static void
test_known(struct rep_arena *a)
{
	struct rep_findings *f = malloc(sizeof *f);
	struct rep_str record, behind;

	known_n = addresses("192.0.2.30", &known[0].ip) + addresses("192.0.2.31", &known[1].ip);
	known[0].stated = true;
	if (f == NULL)
		return;
	is_str(proposed(a, "192.0.2.7", "v=spf1 ip4:192.0.0.0/8 -all", f),
	    "v=spf1 ip4:192.0.2.7 ip4:192.0.2.30 ~all",
	    "one that was stated and passed is entered");
	ok(f->n > 0 && rep_str_find(f->v[0].fix, REP_S("192.0.2.31"), 0) != SIZE_MAX,
	    "one that was only learnt is named: %.*s", REP_PR(f->v[0].fix));
	is_str(proposed(a, "192.0.2.7", "v=spf1 ip4:203.0.113.1 -all", f),
	    "v=spf1 ip4:192.0.2.7 ip4:203.0.113.1 -all", "one that did not pass is not");
	for (known_n = 0; known_n < REP_COUNT(known); known_n++)
		known[known_n] = (struct rep_audit_known){
			.ip = { .version = 4, .b = { 192, 0, 2, (unsigned char)(100 + known_n) } }
		};
	(void)proposed(a, "192.0.2.7", "v=spf1 ip4:192.0.0.0/8 -all", f);
	ok(f->n > 0 &&
		rep_str_find(f->v[0].fix, REP_S(". 192.0.2.100, 192.0.2.101, "), 0) != SIZE_MAX &&
		rep_str_find(f->v[0].fix,
		    REP_S(", 192.0.2.115 and 4 more, known from your log, would no longer pass"),
		    0) != SIZE_MAX,
	    "many that were learnt are counted: %.*s", REP_PR(f->v[0].fix));
	record = rep_arena_dup(a, REP_S("v=spf1 ip4:192.0.2.7"));
	for (size_t i = 0; i < known_n; i++) {
		known[i].stated = true;
		record = rep_arena_printf(
		    a, "%.*s%s ip4:192.0.2.%zu", REP_PR(record), i == 0 ? " -all" : "", 100 + i);
	}
	behind = proposed(a, "192.0.2.7", record.p, f);
	ok(rep_str_ends(behind, REP_S(" ip4:192.0.2.119 -all")) &&
		rep_str_find(f->v[0].fix, REP_S("ip4:192.0.2.115 and 4 more. "), 0) != SIZE_MAX &&
		rep_str_find(f->v[0].fix, REP_S("Left out"), 0) == SIZE_MAX,
	    "all that were stated come before all, however many: %.*s", REP_PR(f->v[0].fix));
	known_n = 0;
	free(f);
}

int
main(void)
{
	struct rep_arena *a = rep_arena_new(64 << 20);

	if (a == NULL)
		return 1;
	test_cases(a);
	test_words(a);
	test_exists(a);
	test_kept(a);
	test_too_long(a);
	test_known(a);
	rep_arena_free(a);
	return done();
}
