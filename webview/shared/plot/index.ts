/** Plots with axes, units, legends and table twins; no style elements. */
import './plot.css';

export { barPlot, type Bar } from './barPlot';
export { heatGrid } from './heatGrid';
export { placeNames } from './labels';
export { linePlot, type LinePlot, type LineSeries } from './linePlot';
export { scatterPlot } from './scatterPlot';
export { s as svg } from './svg';
export { labelWidth } from './ticks';
export { plotFigure, type PlotFigure } from './figure';
