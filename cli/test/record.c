// SPDX-License-Identifier: GPL-2.0-only
/*
 * record - xdplab test --record: what a program does to real packets,
 * written down as a test file
 *
 * The packets are one test, in the order in which they came, for what a program
 * does to one may hang on those before it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "out.h"
#include "progress.h"
#include "reading.h"
#include "record.h"

/* Options of the command that go with it. */
#define TAKEN " record count timeout program "

#define COUNT	 100 /* packets, if --count does not say */
#define ROUND_MS 200

struct recording {
	const char *ifname;
	uint64_t count, done;
	uint32_t queue; /* that the last packet came from */
	double seconds; /* 0: no limit */
	struct xdplab_text text;
	struct progress progress;
};

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
	(void)number;
	interrupted = 1;
}

/* From the beginning on, so that neither a program that is tapped stays nor an
 * empty file.  What is ignored, as SIGHUP is by nohup, stays so. */
static void catch_endings(void)
{
	static const int endings[] = { SIGINT, SIGTERM, SIGHUP };
	const struct sigaction action = { .sa_handler = interrupt };
	struct sigaction before;

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		sigaction(endings[i], NULL, &before);
		if (before.sa_handler != SIG_IGN)
			sigaction(endings[i], &action, NULL);
	}
}

/* ---- packets ---- */

static int add_packet(struct xdplab_text *text, const void *bytes,
		      size_t length)
{
	struct xdplab_packet *packet;
	int err = xdplab_packet_decode(&packet, bytes, length);

	if (err)
		return err;
	xdplab_packet_print(packet, text);
	xdplab_packet_free(packet);
	return 0;
}

static bool is_unchanged(const struct xdplab_tapped *tapped)
{
	return tapped->came_length == tapped->left_length &&
	       !memcmp(tapped->came, tapped->left, tapped->left_length);
}

static int take_packet(const struct xdplab_tapped *tapped, void *arg)
{
	struct recording *r = arg;
	const char *verdict = xdplab_verdict_name(tapped->verdict);
	int err;

	if (r->done == r->count)
		return 1;
	if (tapped->queue != r->queue)
		record_add(&r->text, "  context queue %u\n", tapped->queue);
	r->queue = tapped->queue;
	xdplab_text_add(&r->text, "  send ");
	err = add_packet(&r->text, tapped->came, tapped->came_length);
	record_add(&r->text, "\n  expect %s ", verdict ?: "ABORTED");
	if (is_unchanged(tapped))
		xdplab_text_add(&r->text, "unchanged");
	else if (!err)
		err = add_packet(&r->text, tapped->left, tapped->left_length);
	xdplab_text_add(&r->text, "\n");
	if (err)
		return err;
	progress_tell(&r->progress, ++r->done, r->count);
	return r->done == r->count;
}

/* Until there are enough, or it is over. */
static int take_packets(struct recording *r, struct xdplab_tap *tap)
{
	double end = reading_clock() + r->seconds;
	int err = 0;

	while (!err && !interrupted && (!r->seconds || reading_clock() < end))
		err = xdplab_tap_read(tap, ROUND_MS, take_packet, r);
	return err == 1 || err == -EINTR ? 0 : err;
}

/* ---- the file ---- */

/* In the place of no other file, and through no link. */
static int open_file(const struct args *args, int *fd)
{
	if (!args->nr_operands) {
		*fd = STDOUT_FILENO;
		return EXIT_DONE;
	}
	*fd = open(args->operands[0],
		   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (*fd >= 0)
		return EXIT_DONE;
	say(args, "%s: %s", args->operands[0], strerror(errno));
	return EXIT_FAILED;
}

static int write_file(const struct args *args, int fd,
		      const struct xdplab_text *text)
{
	size_t done = 0;
	ssize_t nr = 0;

	while (done < text->length && nr >= 0) {
		nr = write(fd, text->bytes + done, text->length - done);
		done += nr > 0 ? nr : 0;
	}
	if (nr >= 0 && !text->lost)
		return EXIT_DONE;
	say(args, "%s: %s", args->nr_operands ? args->operands[0] : "stdout",
	    text->lost ? "out of memory" : strerror(errno));
	return EXIT_FAILED;
}

static void add_head(struct recording *r)
{
	char date[32] = "";
	time_t when = time(NULL);
	struct tm tm;

	if (localtime_r(&when, &tm))
		strftime(date, sizeof(date), "%Y-%m-%d %H:%M", &tm);
	record_add(&r->text, "# What %s did, recorded on %s.\n", r->ifname,
		   date);
}

static int add_state(const struct args *args, struct recording *r,
		     const struct xdplab_iface *iface)
{
	const struct xdplab_attached *attached = iface->attached;
	int err;

	err = record_programs(&r->text, attached, args_value(args, "program"));
	if (err == -ENOENT) {
		say(args,
		    "%s: %s (id %u) was not loaded by xdplab, so its file is "
		    "unknown; use --program FILE",
		    r->ifname, attached->name, attached->id);
		return EXIT_FAILED;
	}
	err = record_constants(&r->text, attached);
	record_add(&r->text,
		   "\ninterface %s index %u\ncontext ingress %s\n\n"
		   "test \"what %s did\"\n",
		   r->ifname, iface->ifindex, r->ifname, r->ifname);
	if (!err)
		err = record_maps(&r->text, attached);
	return err ? say_failure(args, err) : EXIT_DONE;
}

static int read_state(const struct args *args, struct recording *r)
{
	const struct xdplab_iface *iface;
	struct xdplab_status *status;
	int result, err = xdplab_status_read(&status, r->ifname);

	if (err)
		return say_failure(args, err);
	iface = xdplab_status_iface(status, 0);
	if (iface->nr_attached) {
		add_head(r);
		result = add_state(args, r, iface);
	} else {
		say(args, "%s: no XDP program is attached", r->ifname);
		result = EXIT_FAILED;
	}
	xdplab_status_free(status);
	return result;
}

/* ---- the command ---- */

static void tell_end(const struct args *args, const struct recording *r,
		     uint64_t lost)
{
	if (lost)
		say(args, "%s: %llu packets were dropped: too fast to record",
		    r->ifname, (unsigned long long)lost);
	if (!r->done)
		say(args, "%s: no packets; nothing written", r->ifname);
	else if (args->nr_operands)
		fprintf(stderr, "%llu packet%s recorded in %s\n",
			(unsigned long long)r->done, r->done > 1 ? "s" : "",
			args->operands[0]);
}

static int record(const struct args *args, struct recording *r)
{
	struct xdplab_tap *tap;
	uint64_t lost;
	int closed, err = xdplab_tap_open(&tap, r->ifname);

	if (err)
		return say_failure(args, err);
	progress_begin(&r->progress, false);
	r->progress.what = "recorded";
	err = take_packets(r, tap);
	progress_end(&r->progress);
	if (err)
		say_failure(args, err);
	lost = xdplab_tap_lost(tap);
	closed = xdplab_tap_close(tap);
	if (closed)
		return say_failure(args, closed);
	tell_end(args, r, lost);
	return err || !r->done ? EXIT_FAILED : EXIT_DONE;
}

int test_record(const struct args *args, const char *ifname)
{
	struct recording r = { .ifname = ifname, .count = COUNT };
	int fd = -1, status;

	catch_endings();
	status = options_of_verb(args, "--record", TAKEN);
	if (!status)
		status = args_number(args, "count", 1, UINT32_MAX, &r.count);
	if (!status)
		status = args_seconds(args, "timeout", 0.1, 1e9, &r.seconds);
	if (!status)
		status = open_file(args, &fd);
	if (!status)
		status = read_state(args, &r);
	if (!status) {
		status = record(args, &r);
		if (r.done && write_file(args, fd, &r.text))
			status = EXIT_FAILED;
	}
	if (args->nr_operands && fd >= 0) {
		close(fd);
		if (!r.done)
			unlink(args->operands[0]);
	}
	xdplab_text_free(&r.text);
	return status;
}
