-- One row a lane, and the one row of the pulse: the statements that use them only update.
INSERT INTO pace (lane) VALUES ('prompt'), ('lesson');--> statement-breakpoint
INSERT INTO pulse (id) VALUES (1);
