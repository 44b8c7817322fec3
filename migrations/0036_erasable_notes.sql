-- compatible: an older server fills it.
-- Stand-up and retrospective notes are erased with who wrote them: a note without its text was erased.
ALTER TABLE "retro_note" ALTER COLUMN "text" DROP NOT NULL;
