/*
 * web/mhd.h -- libmicrohttpd, loaded by the process that needs it: it brings GnuTLS and eight other libraries, which every
 * start of the program would load (base/library.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_WEB_MHD_H
#define REP_WEB_MHD_H

#include "base/err.h"

#include <microhttpd.h>

struct rep_mhd {
	__typeof__(MHD_start_daemon) *start_daemon;
	__typeof__(MHD_get_daemon_info) *get_daemon_info;
	__typeof__(MHD_run) *run;
	__typeof__(MHD_get_timeout) *get_timeout;
	__typeof__(MHD_create_response_from_buffer) *response_from_buffer;
	__typeof__(MHD_create_response_from_callback) *response_from_callback;
	__typeof__(MHD_add_response_header) *add_header;
	__typeof__(MHD_queue_response) *queue_response;
	__typeof__(MHD_destroy_response) *destroy_response;
	__typeof__(MHD_suspend_connection) *suspend;
	__typeof__(MHD_resume_connection) *resume;
	__typeof__(MHD_get_connection_values) *values;
	__typeof__(MHD_get_connection_info) *connection_info;
};

/* REP_EIO: the library, or a function of it, is not there. */
enum rep_rc rep_mhd_load(struct rep_mhd *m, struct rep_err *err) REP_NODISCARD;

#endif
