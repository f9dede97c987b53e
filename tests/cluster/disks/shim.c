/* Stands between a node and the disk's syncs: from the k-th on they fail, or each takes long.
 *
 * A sync that fails may have lost what was written since the last one that did not, and no later
 * sync brings it back. So that is what happens here: the file is cut back to the length that was
 * synced last, as far as that is known.
 *
 *   DISKS_FAIL_AT=k     the k-th sync fails, and every one after it
 *   DISKS_ARMED=path    syncs are counted only once this file is there
 *   DISKS_DELAY_MS=n    every sync takes this much longer
 *   DISKS_DELAY_OF=end  only syncs of files whose path ends so
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FILES_MAX = 4096 };

/* What is known of an open file. Only one thread at a time syncs a file of a node. */
static struct {
    ino_t inode;
    off_t synced;
} known[FILES_MAX];

static atomic_long calls;

static long number(const char *name) {
    const char *text = getenv(name);
    return text ? atol(text) : 0;
}

static int fails(void) {
    long at = number("DISKS_FAIL_AT");
    const char *armed = getenv("DISKS_ARMED");
    if (at == 0 || (armed && access(armed, F_OK) != 0)) return 0;
    return at <= atomic_fetch_add(&calls, 1) + 1;
}

/* Where an open file is, until the next call of this thread. */
static const char *path_of(int fd) {
    static _Thread_local char path[1024];
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = 0;
    return path;
}

static int lose(int fd, const struct stat *file) {
    long lost = 0;
    if (S_ISREG(file->st_mode) && fd < FILES_MAX && known[fd].inode == file->st_ino &&
        known[fd].synced < file->st_size) {
        lost = (long)(file->st_size - known[fd].synced);
        if (ftruncate(fd, known[fd].synced) != 0) lost = -1;
    }
    dprintf(2, "shim: a sync fails: %s loses %ld bytes\n", path_of(fd), lost);
    errno = EIO;
    return -1;
}

static void wait_for(int fd) {
    long delay = number("DISKS_DELAY_MS");
    const char *end = getenv("DISKS_DELAY_OF");
    if (delay == 0) return;
    if (end) {
        const char *path = path_of(fd);
        size_t length = strlen(path), tail = strlen(end);
        if (length < tail || strcmp(path + length - tail, end) != 0) return;
    }
    struct timespec pause = {delay / 1000, delay % 1000 * 1000000};
    nanosleep(&pause, NULL);
}

static int sync_with(const char *name, int fd) {
    struct stat file;
    if (fstat(fd, &file) != 0) return -1;
    if (fails()) return lose(fd, &file);
    wait_for(fd);
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int done = real(fd);
    if (done == 0 && fd < FILES_MAX) {
        known[fd].inode = file.st_ino;
        known[fd].synced = file.st_size;
    }
    return done;
}

int fsync(int fd) { return sync_with("fsync", fd); }

int fdatasync(int fd) { return sync_with("fdatasync", fd); }

/* It only starts writing early what fdatasync makes sure of; here it need not. */
int sync_file_range(int fd, off_t offset, off_t bytes, unsigned flags) {
    (void)fd, (void)offset, (void)bytes, (void)flags;
    return 0;
}
