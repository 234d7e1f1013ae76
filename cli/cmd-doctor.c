// SPDX-License-Identifier: GPL-2.0-only
/* cmd-doctor - says what works here, what does not, and what to do about it */
#include <stdio.h>

#include <xdplab.h>

#include "cmd.h"
#include "out.h"

static const struct {
	const char *word, *style;
} healths[] = {
	[XDPLAB_HEALTH_OK] = { "ok", "green" },
	[XDPLAB_HEALTH_INFO] = { "info", "dim" },
	[XDPLAB_HEALTH_WARN] = { "warn", "yellow" },
	[XDPLAB_HEALTH_FAIL] = { "FAIL", "red" },
};

#define NR_HEALTHS (sizeof(healths) / sizeof(healths[0]))

/* Text has the remedies on lines of their own, which a table has not. */
static const struct out_column no_columns[] = { { 0 } };

struct report {
	struct out *json; /* NULL: as text */
	unsigned int counts[NR_HEALTHS];
};

static void print_text(const struct xdplab_check *check)
{
	char text[1024];

	out_clean(text, sizeof(text), check->finding);
	printf("%-13s %s%-4s%s  ", check->name,
	       out_style(healths[check->health].style),
	       healths[check->health].word, out_style("off"));
	out_wrap(stdout, 20, text);
	out_clean(text, sizeof(text), check->remedy);
	if (*text)
		printf("%20s-> %s\n", "", text);
}

static void add_json(struct out *out, const struct xdplab_check *check)
{
	const char *word = healths[check->health].word;

	json_t *row =
		json_pack("{s:s, s:s, s:o}", "check", check->name, "status",
			  check->health == XDPLAB_HEALTH_FAIL ? "fail" : word,
			  "finding", out_string(check->finding));

	if (*check->remedy)
		json_object_set_new(row, "remedy", out_string(check->remedy));
	out_row(out, row);
}

static void on_check(const struct xdplab_check *check, void *arg)
{
	struct report *report = arg;

	report->counts[check->health]++;
	if (report->json)
		add_json(report->json, check);
	else
		print_text(check);
}

static void print_counts(const struct report *report)
{
	printf("\n%u ok, %u info, %u warn, %u failed\n",
	       report->counts[XDPLAB_HEALTH_OK],
	       report->counts[XDPLAB_HEALTH_INFO],
	       report->counts[XDPLAB_HEALTH_WARN],
	       report->counts[XDPLAB_HEALTH_FAIL]);
}

static int doctor(struct args *args)
{
	struct report report = { 0 };
	int err, status = args_operands(args, 0, 1);

	if (status)
		return status;
	if (args_count(args, "json"))
		report.json = out_open(true, OUT_TABLE, no_columns);
	err = xdplab_doctor_run(args_operand(args, 0), on_check, &report);
	if (report.json)
		out_close(report.json);
	else if (!err)
		print_counts(&report);
	if (err)
		return say_failure(args, err);
	return report.counts[XDPLAB_HEALTH_FAIL] ? EXIT_NO : EXIT_DONE;
}

const struct cmd cmd_doctor = {
	.name = "doctor",
	.operands = "[IFACE]",
	.summary = "Check the kernel, privileges and an interface",
	.detail =
		"Each check is a real test: small programs are loaded and "
		"freed, but never attached. The result is ok, info, warn "
		"(something will not work) or FAIL (XDP will not work at all); "
		"the remedy follows the arrow. The exit status is 3 if a check "
		"failed.\n"
		"\n"
		"  xdplab doctor\n"
		"  xdplab doctor eth0\n"
		"  xdplab doctor -j eth0 | jq '.[] | select(.status==\"warn\")'",
	.flags = CMD_JSON | CMD_NETNS,
	.words = "@iface",
	.exec = doctor,
};
