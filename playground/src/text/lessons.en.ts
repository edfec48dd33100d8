// The lessons in English: what is to be found out, and in which steps. Ids are those of the engine's checks.

export interface LessonText {
  title: string;
  goal: string;
  steps: string[];
  /** What there is to understand once the goal is reached. */
  insight: string;
  source: string;
}

export const lessonsEn = {
  caption: 'Seven short experiments. Each sets up the page, says what to try, and notices when you have done it.',
  start: 'Start',
  again: 'Start again',
  leave: 'Leave the lesson',
  goal: 'Goal',
  steps: 'Steps',
  done: 'Done',
  reached: 'You have reached the goal.',
  progress: (percent: string) => `Progress: ${percent}`,
  next: (title: string) => `Next: ${title}`,
  number: (number: number, of: number) => `${number} of ${of}`,
  minutes: (minutes: number) => `${minutes} min`,

  lessons: {
    threshold_unit: {
      title: 'One unit, one line',
      goal: 'Set two weights and a bias by hand so that every point has the right colour. No training.',
      steps: [
        'The output is one unit. It adds up weight × input and the bias; where the sum is 0, the colour changes. That place is always a straight line.',
        'Click a line of the network, or the output, and change the two weights: they turn the line on the map.',
        'Change the bias: it moves the line without turning it. Go on until no point is on the wrong side.',
      ],
      insight: 'A threshold unit can tell apart exactly what a straight line can separate. The weights are the direction across that line, the bias its distance from the middle.',
      source: 'McCulloch & Pitts 1943; Russell & Norvig, chapter on neural networks',
    },
    perceptron: {
      title: 'Learning from examples',
      goal: 'Let the same unit find its line by itself: every training point right.',
      steps: [
        'The weights are random. Take single steps, one example each, and watch the line: a wrong answer moves it most.',
        'Train on until no point is on the wrong side.',
        'Turn up the noise until the clouds overlap. Can any line still get every point right?',
      ],
      insight: 'If some line separates the classes, learning by small corrections finds one. If none does, the corrections never end; the line comes to rest only because the steps are averaged.',
      source: 'Rosenblatt 1958; Novikoff 1962',
    },
    xor: {
      title: 'What one line cannot do',
      goal: 'Exclusive or: get more than 95 % of the test points right.',
      steps: [
        'Train without a hidden layer. Whatever the weights, about half of the points stay wrong: opposite corners have the same colour.',
        'Add a hidden layer with two neurons, then with three or four, and train each time from new weights: some starts get stuck.',
        'Point at the hidden neurons: each draws one line, and the output combines them.',
      ],
      insight: 'Exclusive or is not linearly separable. Hidden units make new inputs of the old ones, in which it is.',
      source: 'Minsky & Papert 1969; Rumelhart, Hinton & Williams 1986',
    },
    linear_collapse: {
      title: 'Deep, and still a line',
      goal: 'Find out what three hidden layers are worth without an activation function, then make them work.',
      steps: [
        'All neurons have the identity as activation function. Train: the border stays a straight line, whatever the depth.',
        'Look at the hidden neurons. Each shows a slope, none a bend: sums of sums are sums.',
        'Give one layer tanh or relu, and train until the ring is closed.',
      ],
      insight: 'Layers without a bend in between collapse into one: W₃(W₂(W₁x)) = (W₃W₂W₁)x. Depth counts only together with an activation function that is not linear.',
      source: 'Russell & Norvig; Rumelhart, Hinton & Williams 1986',
    },
    lookup_table: {
      title: 'A network as a lookup table',
      goal: 'Approximate the hills with bumps: R² above 0.9 on the test points.',
      steps: [
        'Each sigmoid neuron is a soft step. Two steps, one up and one down, make a strip; strips of two directions make a bump.',
        'Train with the few neurons that are there and look at what is missing on the map.',
        'Add neurons, and a second layer if you like (16 and 8 will do), until enough hills are covered.',
      ],
      insight: 'With enough units one or two hidden layers come as close as you like to any continuous function on a bounded region. How many it takes is another question: a table needs more cells with every input.',
      source: 'Cybenko 1989; Hornik, Stinchcombe & White 1989',
    },
    backpropagation: {
      title: 'Where the changes come from',
      goal: 'Follow single examples forward and their errors back, until the loss is half of what it was.',
      steps: [
        'Click a point and open Inspect. Read from the top: net inputs, answers, the error at the output.',
        'Follow the error terms Δ back: each is the slope times what comes back through the weights.',
        'Take steps of one example with “Learn the next example”, and compare a weight before and after. Then train.',
      ],
      insight: 'One pass back gives the slope of the loss for every weight, at about the price of one pass forward. The hidden units get a target that nobody gave them.',
      source: 'Rumelhart, Hinton & Williams 1986',
    },
    random_labels: {
      title: 'Learning nothing by heart',
      goal: 'Labels drawn by lot: get at least 95 % of the training points right all the same.',
      steps: [
        'The colours have nothing to do with the place. There is nothing to understand, only something to remember.',
        'Train the large network, and add neurons if it gets stuck. The training loss falls all the same.',
        'Look at the test points: about half are right, as with a coin.',
      ],
      insight: 'A network with enough weights can learn any labels by heart. So a small training loss alone says nothing about new data: that is what the test part is for.',
      source: 'Zhang, Bengio, Hardt, Recht & Vinyals 2017',
    },
  } satisfies Record<string, LessonText>,
};

export type LessonsText = Omit<typeof lessonsEn, 'lessons'> & { lessons: Record<LessonId, LessonText> };
export type LessonId = keyof typeof lessonsEn.lessons;
