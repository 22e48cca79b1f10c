/*
 * setup/find_postfix.h -- the Postfix of this machine: its instances, and the ways by which each sends.
 *
 * Asks postconf(1), which changes nothing. Other instances are those of multi_instance_directories in the first
 * one's main.cf. Everything is in the arena of the machine.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_SETUP_FIND_POSTFIX_H
#define REP_SETUP_FIND_POSTFIX_H

#include "setup/machine.h"

enum {
	REP_POSTFIX_INSTANCES =
	    16,		       /* Judgement: a host for a hundred customers has one for each few */
	REP_POSTFIX_OUTS = 64, /* ways out of one instance: one for each address. Judgement */
	REP_POSTFIX_TEXT_MAX = 1 << 20 /* output of postconf: a hundred services have some 20 KB */
};

/* A service of smtp(8): a way by which mail leaves. */
struct rep_postfix_out {
	struct rep_str service;	    /* "smtp", "out-a" */
	struct rep_str syslog_name; /* "postfix", "postfix/out-a": with it its lines begin */
	struct rep_str helo;	    /* a name, else n == 0 */
	struct rep_ip bind, bind6;  /* version 0: any */
	bool own;		    /* it has a syslog_name or an address of its own in master.cf */
	bool filter;		    /* it only hands mail to a content filter */
};

struct rep_postfix {
	struct rep_str folder, version, hostname;
	struct rep_str maillog_file; /* n == 0: it logs to syslog */
	struct rep_str filter;	     /* content_filter, as written */
	struct rep_str relay;	     /* host to which all mail goes (relayhost), or n == 0 */
	struct rep_str relay_port;   /* n == 0: any */
	bool relay_exact;	     /* it is that host, not one of its MX */
	struct rep_str destinations; /* domains that are its own, as lists of words */
	struct rep_postfix_out *outs;
	size_t outs_n, outs_dropped;
	bool cut; /* postconf said more than is read */
};

struct rep_postfix_all {
	struct rep_postfix v[REP_POSTFIX_INSTANCES];
	size_t n, dropped;
	struct rep_str trouble; /* why an instance could not be asked; n == 0: none */
};

/*
 * folders: configuration folders that a person named; 0: the usual one and those that it names. REP_ENOTFOUND: there is
 * no postconf. A Postfix that cannot be asked is `trouble`.
 */
enum rep_rc rep_postfix_find(const struct rep_machine *m, const char *const *folders, size_t n,
    struct rep_postfix_all *out, struct rep_err *err) REP_NODISCARD;

#endif
