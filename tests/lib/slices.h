#ifndef TESTS_SLICES_H
#define TESTS_SLICES_H

/*
 * Tests that mostly wait, side by side: the program starts itself again ${n}
 * times, each with a number and a database of its own in one cluster.  What a
 * slice that failed has said comes out on stderr.
 */

/* slices_this(): which one this process is, or -1: the one that starts them. */
int slices_this(void);

/* slices_run(n): all of them; how many failed. */
int slices_run(int n);

#endif
