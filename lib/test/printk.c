// SPDX-License-Identifier: LGPL-2.1-only
/*
 * printk - what programs print, as this thread has them run
 *
 * By a perf event of the thread itself: nobody else's lines are in it, nobody
 * else misses any, it is the same in a container, whose processes have other
 * numbers, and it goes with the thread, however that ends.  From tracefs comes
 * no more than the number of the tracepoint; it is not mounted anywhere for it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "run.h"
#include "text.h"

#define TRACEPOINT "events/bpf_trace/bpf_trace_printk/id"
#define PAGES	   256 /* of the ring, a power of two */

struct test_printk {
	int fd;
	struct perf_event_mmap_page *head; /* and after its page, the ring: */
	const char *ring;
	size_t ring_size;
	uint64_t nr_read; /* of all lines that there were */
	struct xdplab_text lines;
};

/* A sample, as the kernel has it in the ring. */
struct sample {
	struct perf_event_header header;
	uint32_t size;	    /* of what follows: */
	uint32_t common[2]; /* fields of any event */
	uint32_t text;	    /* where from these on, and its size << 16 */
};

/* ---- open, close ---- */

static int mount_tracefs(void)
{
	int fs = fsopen("tracefs", FSOPEN_CLOEXEC), mounted = -1, err = 0;

	if (fs < 0)
		return -errno;
	if (!fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		mounted = fsmount(fs, FSMOUNT_CLOEXEC, 0);
	if (mounted < 0)
		err = -errno;
	close(fs);
	return err ? err : mounted;
}

static int read_number(int fd, uint64_t *number)
{
	char digits[24];
	ssize_t length = read(fd, digits, sizeof(digits) - 1);

	if (length < 0)
		return -errno;
	digits[length] = '\0';
	*number = strtoull(digits, NULL, 10);
	return 0;
}

static int find_tracepoint(uint64_t *number)
{
	int tracefs = mount_tracefs(), fd, err;

	if (tracefs < 0)
		return tracefs;
	fd = openat(tracefs, TRACEPOINT, O_RDONLY | O_CLOEXEC);
	err = fd < 0 ? -errno : read_number(fd, number);
	if (fd >= 0)
		close(fd);
	close(tracefs);
	return err;
}

static int open_event(struct test_printk *printk)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT,
					.size = sizeof(attr),
					.sample_period = 1,
					.sample_type = PERF_SAMPLE_RAW };
	size_t page = sysconf(_SC_PAGESIZE);
	uint64_t number = 0;
	void *memory;
	int err = find_tracepoint(&number);

	if (err)
		return err;
	attr.config = number;
	printk->fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1,
			     PERF_FLAG_FD_CLOEXEC);
	if (printk->fd < 0)
		return -errno;
	printk->ring_size = PAGES * page;
	memory = mmap(NULL, page + printk->ring_size, PROT_READ | PROT_WRITE,
		      MAP_SHARED, printk->fd, 0);
	if (memory == MAP_FAILED)
		return -errno;
	printk->head = memory;
	printk->ring = (const char *)memory + page;
	return 0;
}

int test_printk_open(struct test_printk **out)
{
	struct test_printk *printk = calloc(1, sizeof(*printk));
	int err;

	if (!printk)
		return fail(-ENOMEM, "tests: out of memory");
	printk->fd = -1;
	err = open_event(printk);
	if (err) {
		test_printk_close(printk);
		return fail(err, "cannot read bpf_printk output: %s",
			    strerror(-err));
	}
	*out = printk;
	return 0;
}

void test_printk_close(struct test_printk *printk)
{
	if (!printk)
		return;
	if (printk->head)
		munmap(printk->head,
		       printk->ring - (char *)printk->head + printk->ring_size);
	if (printk->fd >= 0)
		close(printk->fd);
	free(printk->lines.bytes);
	free(printk);
}

/* ---- its lines ---- */

/* Copies what is in the ring, which may go on at its beginning. */
static void copy_out(const struct test_printk *printk, void *to, uint64_t from,
		     size_t length)
{
	size_t at = from % printk->ring_size;
	size_t first = printk->ring_size - at;

	if (first > length)
		first = length;
	memcpy(to, printk->ring + at, first);
	memcpy((char *)to + first, printk->ring, length - first);
}

static void add_line(struct test_printk *printk, const char *text)
{
	size_t length = strlen(text);

	text_add(&printk->lines, text, length);
	if (!length || text[length - 1] != '\n')
		text_char(&printk->lines, '\n');
}

/* Returns how long the record is. */
static size_t take_record(struct test_printk *printk, uint64_t from)
{
	char text[4096];
	struct sample sample;
	size_t at, size;

	copy_out(printk, &sample.header, from, sizeof(sample.header));
	if (sample.header.type != PERF_RECORD_SAMPLE)
		return sample.header.size;
	copy_out(printk, &sample, from, sizeof(sample));
	at = offsetof(struct sample, common) + (sample.text & 0xffff);
	size = sample.text >> 16;
	if (!size || size > sizeof(text))
		return sample.header.size;
	copy_out(printk, text, from + at, size);
	text[size - 1] = '\0';
	add_line(printk, text);
	printk->nr_read++;
	return sample.header.size;
}

static uint64_t written(const struct test_printk *printk)
{
	return __atomic_load_n(&printk->head->data_head, __ATOMIC_ACQUIRE);
}

static int take_all(struct test_printk *printk)
{
	uint64_t at = printk->head->data_tail, end = written(printk);

	while (at < end)
		at += take_record(printk, at);
	__atomic_store_n(&printk->head->data_tail, end, __ATOMIC_RELEASE);
	text_end(&printk->lines);
	return printk->lines.lost ? fail(-ENOMEM, "tests: out of memory") : 0;
}

/* The event counts all lines, also those that the ring had no room for. */
static int check_lost(struct test_printk *printk)
{
	uint64_t nr, lost;

	if (read(printk->fd, &nr, sizeof(nr)) != sizeof(nr))
		return fail(-errno, "bpf_printk output: %s", strerror(errno));
	lost = nr - printk->nr_read;
	printk->nr_read = nr;
	return lost ? fail(-ENOBUFS, "%llu printed lines were lost",
			   (unsigned long long)lost)
		    : 0;
}

int test_printk_before(struct test_printk *printk)
{
	int err = take_all(printk);

	err = err ?: check_lost(printk);
	printk->lines.length = 0;
	return err == -ENOBUFS ? 0 : err;
}

int test_printk_collect(struct test_printk *printk)
{
	uint64_t nr = written(printk) - printk->head->data_tail;

	return nr > printk->ring_size / 2 ? take_all(printk) : 0;
}

int test_printk_read(struct test_printk *printk, const char **lines)
{
	int err = take_all(printk);

	err = err ?: check_lost(printk);
	if (!err)
		*lines = printk->lines.bytes;
	return err;
}
