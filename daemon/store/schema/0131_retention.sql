-- What retention asks for: whether a decision's inputs are cited.
CREATE INDEX warning_story_by_inputs ON warning_story(inputs) WHERE inputs IS NOT NULL;
